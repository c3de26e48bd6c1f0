import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe, test } from 'node:test';
import { eventTable } from '@saker/core/events/event-table.ts';
import { SYSCALL_CODES, syscallName } from '@saker/core/events/names.ts';
import { sensorImage } from './image.ts';
import type { HostFacts } from './probes/host-facts.ts';
import { readHostFacts } from './probes/host-facts.ts';
import { type KernelFeatures, readKernelFeatures } from './probes/kernel-features.ts';
import { asRawTracepoints } from './raw-tracepoints.ts';
import { skipWithoutSensor } from './records/harness.ts';
import { Sensor } from './sensor.ts';
import { SensorError } from './sensor-error.ts';
import { type SensorHook, withHook } from './sensor-hook.ts';

/** A machine that gives no reason to refuse anything. */
const able: HostFacts = {
  ...readHostFacts(),
  release: '6.1.0',
  hasBtf: true,
  capabilities: (1n << 41n) - 1n,
  isInUserNamespace: false,
  isFiltered: false,
  lockdown: 'none',
};

/** What is tried, when the kernel refuses the hooks that are given. */
function attempts(
  refused: readonly SensorHook[],
  wanted?: SensorHook,
  facts: HostFacts = able,
): { readonly tried: readonly SensorHook[]; readonly outcome: unknown } {
  const tried: SensorHook[] = [];
  const attempt = (hook: SensorHook): SensorHook => {
    tried.push(hook);
    if (refused.includes(hook)) throw new SensorError('load-failed', `no ${hook}`);
    return hook;
  };
  try {
    return { tried, outcome: withHook(wanted, attempt, () => facts) };
  } catch (error) {
    return { tried, outcome: error instanceof SensorError ? error.message : error };
  }
}

describe('withHook', () => {
  test('tp_btf, else raw tracepoints', () => {
    assert.deepEqual(attempts([]), { tried: ['tp_btf'], outcome: 'tp_btf' });
    assert.deepEqual(attempts(['tp_btf']), {
      tried: ['tp_btf', 'raw_tracepoint'],
      outcome: 'raw_tracepoint',
    });
  });

  test('the first refusal is told', () => {
    assert.equal(attempts(['tp_btf', 'raw_tracepoint']).outcome, 'no tp_btf');
  });

  test('a wish is all that is tried', () => {
    assert.deepEqual(attempts(['tp_btf'], 'tp_btf').tried, ['tp_btf']);
    assert.deepEqual(attempts([], 'raw_tracepoint').tried, ['raw_tracepoint']);
  });

  test('what the machine explains is told at once', () => {
    const { tried, outcome } = attempts(['tp_btf'], undefined, { ...able, capabilities: 0n });
    assert.deepEqual(tried, ['tp_btf']);
    assert.equal(outcome, 'CAP_BPF and CAP_PERFMON are missing');
  });

  test('a mistake of ours is no refusal', () => {
    const mistake = new TypeError('ours');
    const attempt = (): never => {
      throw mistake;
    };
    assert.throws(() => withHook(undefined, attempt), mistake);
  });
});

const RING_BYTES = 1 << 20;
const RECORDS_MAX = 100_000;
/** Of a record: the time, which each sensor takes for itself, the thread, the length, the type. */
const TID_AT = 8;
const TYPE_AT = 20;
const codes = Array.from({ length: SYSCALL_CODES }, (_, code) => code);
const names = new Set(['open', 'openat', 'openat2', 'creat', 'close']);
const files = new Set(codes.filter((code) => names.has(syscallName(code) ?? '')));

const newest: KernelFeatures = readKernelFeatures();
const oldest: KernelFeatures = {
  castsPointers: false,
  hasTaskBtf: false,
  disablesPreemption: false,
};

/** Opens by absolute, relative and linked paths, and one that fails. */
const paths = '/etc/hostname ../etc/passwd /proc/self/root/etc/hostname /no/such/file';

/** Of the calls above; what comes and goes with the thread counts its page faults, too. */
function recordsOf(sensor: Sensor, tid: bigint): string[] {
  const records: string[] = [];
  const { bytes, view } = sensor.ring;
  sensor.drain((start, end) => {
    const name = eventTable[view.getUint16(start + TYPE_AT, true)]?.name ?? '';
    if (view.getBigUint64(start + TID_AT, true) !== tid || !names.has(name)) return;
    records.push(Buffer.from(bytes.subarray(start + TID_AT, end)).toString('hex'));
  }, RECORDS_MAX);
  return records;
}

describe('every way into the kernel', { skip: skipWithoutSensor }, () => {
  const ways: readonly [name: string, hook: SensorHook, features: KernelFeatures][] = [
    ['tp_btf, this kernel', 'tp_btf', newest],
    ['tp_btf, 6.2', 'tp_btf', { ...newest, disablesPreemption: false }],
    ['tp_btf, 5.11', 'tp_btf', { ...oldest, hasTaskBtf: true }],
    ['tp_btf, 5.8', 'tp_btf', oldest],
    ['raw tracepoints, this kernel', 'raw_tracepoint', newest],
    ['raw tracepoints, 5.8', 'raw_tracepoint', oldest],
  ];

  // The verifier looks at other code each time.
  for (const [name, hook, features] of ways) {
    test(`all programs load: ${name}`, () => {
      const options = { image: sensorImage(), syscalls: new Set(codes), ringBytes: RING_BYTES };
      const sensor = new Sensor({ ...options, hook, features });
      assert.equal(sensor.hook, hook);
      sensor.close();
    });
  }

  test('all give the same records of open and close', () => {
    const options = { image: sensorImage(), syscalls: files, ringBytes: RING_BYTES };
    const sensors: Sensor[] = [];
    try {
      for (const [, hook, features] of ways) {
        sensors.push(new Sensor({ ...options, hook, features }));
      }
      // What others opened while the sensors were loaded may fill the rings.
      for (const sensor of sensors) sensor.drain(() => {}, RECORDS_MAX);
      const { pid } = spawnSync('cat', paths.split(' '), { cwd: '/usr' });
      const [records = [], ...others] = sensors.map((sensor) => recordsOf(sensor, BigInt(pid)));
      // The program and its libraries, then at least the four paths and what was opened of them.
      assert.ok(records.length > 8, `${records.length} records`);
      for (const other of others) assert.deepEqual(other, records);
      for (const sensor of sensors) assert.equal(sensor.counters().lostTotal, 0);
    } finally {
      for (const sensor of sensors) sensor.close();
    }
  });
});

test('asRawTracepoints changes the names of sections and nothing else', () => {
  const image = Buffer.from('tp_btf/sys_exit\0.reltp_btf/sys_exit\0tp_bt raw_tp/\0tp_btf');
  const expected = 'raw_tp/sys_exit\0.relraw_tp/sys_exit\0tp_bt raw_tp/\0tp_btf';
  assert.equal(Buffer.from(asRawTracepoints(image)).toString(), expected);
  assert.equal(image.toString().startsWith('tp_btf/'), true);
});
