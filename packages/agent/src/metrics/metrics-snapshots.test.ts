import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { type networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { DEFAULT_LINE_OPTIONS, formatAlert } from '@saker/core/engine/alert-line.ts';
import { type InternalMessage, internalAlert } from '@saker/core/engine/internal-alert.ts';
import type { MetricsConfig } from '../config/service-config.ts';
import { MetricsSnapshots } from './metrics-snapshots.ts';
import { addressFields } from './network-addresses.ts';
import { allMetrics, sampleReaders } from './readings.cases.ts';
import type { MetricsReaders } from './readings.ts';

const START_NS = 1_700_000_500_000_000_002n;
const SECOND_NS = 1_000_000_000n;

function folder(context: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'saker-snapshots-'));
  context.after(() => rmSync(path, { recursive: true }));
  return path;
}

function snapshotsOf(config: Partial<MetricsConfig> = {}, readers: Partial<MetricsReaders> = {}) {
  const told: InternalMessage[] = [];
  const problems: string[] = [];
  const snapshots = new MetricsSnapshots({
    config: { ...allMetrics, ...config },
    readers: { ...sampleReaders(), ...readers },
    files: { hostRoot: '/nonexistent', ownRoot: '/nonexistent', environment: {} },
    tell: (message) => told.push(message),
    onProblem: (message) => problems.push(message),
  });
  return { snapshots, told, problems };
}

/** Without what this machine decides. */
function stable(fields: InternalMessage['fields'] = {}): Record<string, unknown> {
  const isLocal = (name: string) => /netinfo|cpu_usage_perc/.test(name);
  return Object.fromEntries(Object.entries(fields).filter(([name]) => !isLocal(name)));
}

test('one alert for each source, with the fields of Falco', (context) => {
  const { snapshots, told } = snapshotsOf({ includeEmptyValues: false });
  snapshots.take(START_NS + 100n * SECOND_NS);
  assert.deepEqual(
    told.map(({ rule, priority, text, fields }) => [rule, priority, text, fields['evt.source']]),
    [
      ['Falco internal: metrics snapshot', 6, 'Falco metrics snapshot', 'syscall'],
      ['Falco internal: metrics snapshot', 6, 'Falco metrics snapshot', 'k8s_audit'],
    ],
  );
  context.assert.snapshot(stable(told[0]?.fields));
  context.assert.snapshot(stable(told[1]?.fields));
});

test('zeros are left out unless asked for, but for the sums of the kernel', () => {
  const sensor = () => ({
    events: 0,
    lost: { open: 0 },
    tooLong: 0,
    cpus: [],
    ringBytes: 0,
    ringPendingBytesHighest: 0,
    programs: undefined,
  });
  const fieldsOf = (includeEmptyValues: boolean) => {
    const { snapshots, told } = snapshotsOf({ includeEmptyValues }, { sensor });
    snapshots.take();
    return new Set(Object.keys(told[0]?.fields ?? {}));
  };
  const [without, withZeros] = [fieldsOf(false), fieldsOf(true)];
  for (const name of ['scap.n_evts', 'scap.n_drops', 'scap.n_drops_perc', 'scap.evts_rate_sec']) {
    assert.ok(without.has(name), name);
  }
  for (const name of [
    'scap.n_drops_buffer_open_exit',
    'falco.rules.Never',
    'falco.host_open_fds',
  ]) {
    assert.ok(!without.has(name), name);
    assert.ok(withZeros.has(name), name);
  }
});

test('rates are those since the sample before', () => {
  const at = { events: 100, sensor: 1000, lost: 10 };
  const { snapshots, told } = snapshotsOf(
    {},
    {
      sources: () => [{ name: 'syscall', engine: 'modern_bpf', events: at.events }],
      sensor: () => ({
        events: at.sensor,
        lost: { open: at.lost },
        tooLong: 0,
        cpus: [],
        ringBytes: 0,
        ringPendingBytesHighest: 0,
        programs: undefined,
      }),
    },
  );
  snapshots.take(START_NS);
  Object.assign(at, { events: 150, sensor: 1400, lost: 50 });
  snapshots.take(START_NS + 3n * SECOND_NS);
  const pick = (sample: number) => {
    const fields = told[sample]?.fields ?? {};
    const names = Object.keys(fields).filter((name) => /_prev$|_rate_sec$|_perc$/.test(name));
    const known = names.filter((name) => !name.includes('cpu'));
    return Object.fromEntries(known.map((name) => [name, fields[name]]));
  };
  assert.deepEqual(pick(0), {
    'falco.num_evts_prev': 0,
    'scap.n_evts_prev': 0,
    'scap.evts_rate_sec': { raw: '0.0' },
    'scap.n_drops_prev': 0,
    'scap.evts_drop_rate_sec': { raw: '0.0' },
    'scap.n_drops_perc': { raw: '1.0' },
  });
  assert.deepEqual(pick(1), {
    'falco.num_evts_prev': 100,
    'falco.evts_rate_sec': { raw: '16.7' },
    'scap.n_evts_prev': 1000,
    'scap.evts_rate_sec': { raw: '133.3' },
    'scap.n_drops_prev': 10,
    'scap.evts_drop_rate_sec': { raw: '13.3' },
    'scap.n_drops_perc': { raw: '10.0' },
  });
});

test('as a line it is JSON with exact numbers', () => {
  const { snapshots, told } = snapshotsOf();
  snapshots.take(START_NS);
  const [message] = told;
  assert.ok(message !== undefined);
  const alert = internalAlert(message, START_NS, { hostname: 'h', iso8601: true });
  const line = formatAlert(alert, { ...DEFAULT_LINE_OPTIONS, json: true });
  assert.match(line, /"evt\.time":1700000500000000002,/);
  assert.match(line, /"falco\.start_ts":1700000500000000002,/);
  assert.match(line, /"falco\.rules\.Terminal_shell_in_container":3,/);
  assert.doesNotThrow(() => JSON.parse(line));
});

interface SampleLine {
  readonly sample: number;
  readonly output_fields: Readonly<Record<string, unknown>>;
}

describe('the file', () => {
  test('has a line for each source and sample', async (context) => {
    const file = join(folder(context), 'stats.jsonl');
    const { snapshots, told } = snapshotsOf({ file, asAlert: false });
    snapshots.take(START_NS);
    await snapshots.stop();
    snapshots.take(START_NS + SECOND_NS);
    await snapshots.stop();
    assert.deepEqual(told, []);
    const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
    const samples = lines.map((line) => JSON.parse(line) as SampleLine);
    assert.deepEqual(
      samples.map(({ sample, output_fields: fields }) => [sample, fields['evt.source']]),
      [
        [1, 'syscall'],
        [1, 'k8s_audit'],
        [2, 'syscall'],
        [2, 'k8s_audit'],
      ],
    );
    assert.match(lines[0] ?? '', /^\{"output_fields":\{"evt.hostname":"lab-host",/);
  });

  test('that cannot be opened is told at the start', () => {
    assert.throws(() => snapshotsOf({ file: '/nonexistent/stats.jsonl' }), {
      name: 'SnapshotFileError',
      message: /metrics.output_file \/nonexistent\/stats.jsonl: no such file or directory$/,
    });
  });

  test('that cannot be written to is told, its samples are counted', async (context) => {
    const path = folder(context);
    const { snapshots, problems } = snapshotsOf({ file: join(path, 'sub') });
    rmSync(path, { recursive: true });
    snapshots.take();
    snapshots.take();
    await snapshots.stop();
    // The second found the first still being written.
    assert.equal(snapshots.lost, 2);
    assert.match(problems.join('\n'), /^cannot write to .*sub: no such file or directory$/);
    // For the clean-up.
    mkdirSync(path);
  });
});

describe('the interval', () => {
  test('the first sample comes after one, and then one with each', (context) => {
    context.mock.timers.enable({ apis: ['setTimeout'] });
    let nowMs = 0;
    context.mock.method(performance, 'now', () => nowMs);
    const { snapshots, told } = snapshotsOf({ intervalMs: 500 });
    const advance = (ms: number) => {
      nowMs += ms;
      context.mock.timers.tick(ms);
    };
    snapshots.start();
    advance(499);
    assert.equal(told.length, 0);
    advance(1);
    assert.equal(told.length, 2);
    advance(500);
    assert.equal(told.length, 4);
    // A machine that slept does not catch up.
    nowMs += 10_000;
    advance(500);
    assert.equal(told.length, 6);
    void snapshots.stop();
    advance(5000);
    assert.equal(told.length, 6);
  });

  test('is not below the least that there is, and may be longer than a timer', (context) => {
    context.mock.timers.enable({ apis: ['setTimeout'] });
    let nowMs = 0;
    context.mock.method(performance, 'now', () => nowMs);
    const short = snapshotsOf({ intervalMs: 1 });
    const long = snapshotsOf({ intervalMs: 2 ** 32 });
    short.snapshots.start();
    long.snapshots.start();
    nowMs = 99;
    context.mock.timers.tick(99);
    assert.equal(short.told.length, 0);
    nowMs = 100;
    context.mock.timers.tick(1);
    assert.equal(short.told.length, 2);
    void short.snapshots.stop();
    nowMs = 2 ** 31;
    context.mock.timers.tick(2 ** 31 - 100);
    assert.equal(long.told.length, 0);
    nowMs = 2 ** 32;
    context.mock.timers.tick(2 ** 31);
    assert.equal(long.told.length, 2);
    void long.snapshots.stop();
  });

  test('nobody is told when nobody wants to know', (context) => {
    context.mock.timers.enable({ apis: ['setTimeout'] });
    for (const config of [{ enabled: false }, { asAlert: false }]) {
      const { snapshots, told } = snapshotsOf({ intervalMs: 100, ...config });
      snapshots.start();
      context.mock.timers.tick(1000);
      assert.deepEqual(told, []);
    }
  });
});

test('addresses are named by interface and protocol, without the loopback', () => {
  const entry = (family: 'IPv4' | 'IPv6', address: string) =>
    ({ family, address }) as NonNullable<ReturnType<typeof networkInterfaces>[string]>[number];
  const fields = addressFields({
    lo: [entry('IPv4', '127.0.0.1')],
    eth0: [entry('IPv4', '10.0.0.1'), entry('IPv6', 'fe80::1'), entry('IPv4', '10.0.0.2')],
  });
  assert.deepEqual(fields, [
    ['falco.host_netinfo.interfaces.eth0.protocols.ipv4.addresses', '10.0.0.1,10.0.0.2'],
    ['falco.host_netinfo.interfaces.eth0.protocols.ipv6.addresses', 'fe80::1'],
  ]);
});
