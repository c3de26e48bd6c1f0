/** Recordings of this machine, and what this reader and another one make of them. */

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { LiveAgent, skipWithoutSensor, within } from '@saker/agent/live-tests/live-agent.ts';
import { PPME } from '@saker/core/events/event-codes.gen.ts';
import { eventTable } from '@saker/core/events/event-table.ts';
import { EventView } from '@saker/core/events/event-view.ts';
import type { SnapshotSink } from '@saker/core/events/snapshot.ts';
import { deafSink } from '@saker/core/scap/read-bytes.cases.ts';
import { ScapReader } from '@saker/core/scap/scap-reader.ts';
import { ScapWriter } from '@saker/core/scap/scap-writer.ts';
import { type Outcome, root, runSaker, spawnSaker } from '../testing.ts';

const skip = skipWithoutSensor;

function folder(context: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'saker-record-'));
  context.after(() => rmSync(path, { recursive: true }));
  return path;
}

function record(...args: readonly string[]): Outcome {
  return spawnSaker(['record', ...args]);
}

function readCapture(path: string, sink: SnapshotSink, onEvent: (event: EventView) => void): void {
  const packed = readFileSync(path);
  let rest: Uint8Array = packed[0] === 0x1f ? gunzipSync(packed) : packed;
  const event = new EventView();
  const reader = new ScapReader(event, sink);
  for (let step = reader.next(); step !== 'end'; step = reader.next()) {
    if (step === 'event') onEvent(event);
    else if (rest.length === 0) reader.end();
    else rest = rest.subarray(reader.feed(rest));
  }
}

/** By name how many events of the capture are to be shown. */
function countsOf(path: string, isCounted: (type: number) => boolean): Record<string, number> {
  const counts = new Map<string, number>();
  readCapture(path, deafSink, ({ type, stateOnly }) => {
    const name = eventTable[type]?.name ?? '';
    if (!stateOnly && isCounted(type)) counts.set(name, (counts.get(name) ?? 0) + 1);
  });
  return Object.fromEntries(counts);
}

describe('a recording', { skip }, () => {
  test('lasts as long as the command, whose exit code is passed on', (c) => {
    const path = join(folder(c), 'x.scap');
    const { code, stdout, stderr } = record('-o', path, '--', 'sh', '-c', 'echo out; exit 7');
    assert.equal(code, 7);
    assert.equal(stdout, 'out\n');
    assert.match(stderr, /^[\d,]+ events in [\d.]+ s: .*x\.scap, [\d.]+ [KM]B\n/);
    assert.equal(statSync(path).mode & 0o777, 0o600);
    assert.equal(record('-o', path, '--', 'sh', '-c', 'kill -9 $$').code, 137);
  });

  test('lasts as long as it is told, and ends the command', (c) => {
    const path = join(folder(c), 'x.scap');
    const started = performance.now();
    assert.equal(record('-o', path, '--for', '300ms').code, 0);
    assert.equal(record('-o', path, '--for', '300ms', '--', 'sleep', '60').code, 0);
    assert.ok(performance.now() - started < 30_000);
  });

  test('is what a writer makes of what a reader finds in it', (c) => {
    const path = join(folder(c), 'x.scap');
    assert.equal(record('-o', path, '--syscalls', 'all', '--', 'ls', '/').code, 0);
    const pieces: Uint8Array[] = [];
    const writer = new ScapWriter((bytes) => pieces.push(bytes.slice()));
    readCapture(path, writer, (event) => assert.ok(writer.event(event)));
    writer.flush();
    assert.ok(readFileSync(path).equals(Buffer.concat(pieces)));
  });

  test('is the same when it is compressed', (c) => {
    const path = join(folder(c), 'x.scap.gz');
    assert.equal(record('-o', path, '--', 'cat', '/etc/hostname').code, 0);
    assert.equal(spawnSync('gzip', ['-t', path]).status, 0);
    const opened: string[] = [];
    readCapture(path, deafSink, (event) => {
      if (event.type === PPME.PPME_SYSCALL_OPENAT_2_X) opened.push(event.string(2));
    });
    assert.ok(opened.includes('/etc/hostname'));
  });
});

test('a filter keeps what matches, and what readers need', { skip }, async (c) => {
  const path = join(folder(c), 'x.scap');
  const secret = join(folder(c), 'secret');
  writeFileSync(secret, 'a word');
  const condition = `evt.type = read and fd.name = ${secret} and evt.rawres > 0`;
  const { stderr } = record('-o', path, '--filter', condition, '--', 'cat', secret);
  assert.match(stderr, /^1 event in .*\nwith [\d,]+ events that readers need and do not show$/m);
  assert.deepEqual(
    countsOf(path, () => true),
    { read: 1 },
  );
  const rules = join(folder(c), 'rules.yaml');
  const rule = { rule: 'All', desc: 'd', condition: 'evt.num >= 0', priority: 'INFO' };
  writeFileSync(rules, JSON.stringify([{ ...rule, output: '%proc.cmdline: %fd.name' }]));
  const { stdout } = await runSaker(['replay', path, '-r', rules]);
  assert.match(stdout, new RegExp(`All: cat ${secret}: ${secret}\n$`));
});

test('what cannot be done is told', { skip }, async (c) => {
  const path = join(folder(c), 'x.scap');
  const missing = record('-o', path, '--', 'no-such-command');
  assert.equal(missing.stderr, 'saker: cannot run no-such-command: there is no such command\n');
  assert.equal(statSync(path, { throwIfNoEntry: false }), undefined);
  const full = record('-o', '/dev/full', '--', 'ls', '-lR', '/usr/share/doc');
  assert.equal(full.stderr, 'saker: cannot write to /dev/full: no space left on device\n');
  const nowhere = record('-o', join(path, 'x'), '--for', '1s');
  assert.match(nowhere.stderr, /^saker: cannot write to .*: no such file or directory\n$/);
  assert.deepEqual([missing.code, full.code, nowhere.code], [1, 1, 1]);
});

test('without privileges it says what to do', { skip }, (c) => {
  const path = join(folder(c), 'x.scap');
  const command = [join(root, 'bin/saker'), 'record', '-o', path, '--for', '1s'];
  const { status, stderr } = spawnSync('setpriv', ['--bounding-set=-all', '--', ...command], {
    encoding: 'utf8',
  });
  assert.equal(status, 1);
  assert.match(stderr, /^saker: cannot record this machine: .*CAP_BPF.*\nhint: .*root/);
});

const OUTPUT =
  '%evt.type %evt.res %proc.cmdline %proc.exepath %proc.cwd %proc.pname %proc.pcmdline ' +
  '%user.name %group.name %fd.name %fd.directory %fd.type %fd.lport %container.id %proc.tty';

/** Everything that the commands of a folder do, by kind. */
function markedRules(marked: string): string {
  const conditions: Readonly<Record<string, string>> = {
    program: 'evt.type in (execve, execveat) and evt.res = SUCCESS',
    secret: 'evt.type in (open, openat, openat2) and fd.name = /etc/shadow',
    file: `evt.type in (open, openat, openat2, creat, read, write) and fd.name startswith ${marked}/`,
    connection: 'evt.type in (connect, sendto, recvfrom)',
    change: 'evt.type in (chmod, fchmodat, unlinkat, renameat2, symlinkat, mkdirat, fchownat)',
  };
  // Whose parent is a shell of ours, and not the recording, which the agent sees as well.
  const isActing = `proc.pname = bash and proc.pcmdline contains ${marked}`;
  return JSON.stringify(
    Object.entries(conditions).map(([rule, condition]) => ({
      rule,
      desc: rule,
      condition: `(${condition}) and ${isActing}`,
      output: OUTPUT,
      priority: 'NOTICE',
    })),
  );
}

const actions = (path: string): string => `
cd ${path}; echo text > a; cat a; cat link | head -c 1 > b; chmod 4755 b; mv b c; rm c; mkdir d
cd d; cat ../a ../link; ln -s ../a e; (echo x > /dev/udp/127.0.0.1/9) 2>/dev/null
cat /proc/self/root/etc/shadow; env -i /bin/cat ${path}/a; true`;

const facts = ({ rule, output_fields }: { rule: string; output_fields: object }): string => {
  const { 'evt.time': _time, ...others } = output_fields as Record<string, unknown>;
  return JSON.stringify([rule, others]);
};

test('its replay gives the alerts that were live', { skip }, async (c) => {
  const path = folder(c);
  symlinkSync('/etc/shadow', join(path, 'link'));
  writeFileSync(join(path, 'rules.yaml'), markedRules(path));
  const rules = ['-r', join(path, 'rules.yaml')];
  const agent = new LiveAgent({ rules: rules.slice(1), options: ['base_syscalls.all=true'] });
  let live: string[] = [];
  try {
    await within(20_000, () => (agent.stderr.includes("Opening 'syscall'") ? true : undefined));
    const capture = join(path, 'x.scap');
    writeFileSync(join(path, 'actions'), actions(path));
    const recorded = record('-o', capture, '--', 'bash', '-c', `bash ${path}/actions; true`);
    c.diagnostic(recorded.stderr);
    await agent.stop();
    live = agent.alerts.filter(({ rule }) => !rule.startsWith('Falco internal')).map(facts);
    const json = ['-o', 'json_output=true', '-o', 'engine.kind=replay'];
    const file = ['-o', `engine.replay.capture_file=${capture}`];
    const { stdout } = spawnSaker(['-c', '/dev/null', ...rules, ...json, ...file]);
    const replayed = stdout
      .trim()
      .split('\n')
      .map((line) => facts(JSON.parse(line) as Parameters<typeof facts>[0]));
    assert.deepEqual(replayed, live);
  } finally {
    await agent.stop();
  }
  for (const rule of ['program', 'secret', 'file', 'connection', 'change']) {
    assert.ok(
      live.some((alert) => alert.startsWith(`["${rule}"`)),
      rule,
    );
  }
});

const hasSysdig = spawnSync('sysdig', ['--version'], { encoding: 'utf8' }).stdout?.includes('0.29');

describe("Debian's sysdig", {
  skip: skip || (hasSysdig ? false : 'sysdig 0.29 is not there'),
}, () => {
  const sysdig = (path: string, ...args: readonly string[]): string[] => {
    const { stdout, stderr } = spawnSync('sysdig', ['-r', path, ...args], {
      encoding: 'utf8',
      maxBuffer: 1 << 28,
    });
    assert.equal(stderr, '');
    return stdout.trim().split('\n');
  };

  const forSysdig = ['--format', 'sysdig-0.29'];
  /** A program of a name that nobody else uses, which does nothing. */
  const program = (path: string, name: string): void => symlinkSync('/bin/true', join(path, name));

  test('reads a recording, event for event', (c) => {
    const path = folder(c);
    const capture = join(path, 'x.scap');
    program(path, 'saker-one');
    program(path, 'saker-two');
    const [here, nowhere] = [join(path, 'here'), join(path, 'nowhere')];
    writeFileSync(here, '');
    const reads = `for i in 1 2 3; do cat ${here} ${nowhere}; done`;
    const script = `cd ${path}; ${reads}; ./saker-one; ./saker-two b c`;
    record('-o', capture, ...forSysdig, '--', 'sh', '-c', script);
    const counts = new Map<string, number>();
    for (const name of sysdig(capture, '-p', '%evt.type')) {
      counts.set(name, (counts.get(name) ?? 0) + 1);
    }
    // The last event that it knows: what came later it passes over.
    const expected = countsOf(capture, (type) => type <= PPME.PPME_SYSCALL_CLONE3_X);
    assert.deepEqual(Object.fromEntries(counts), expected);
    const ofOpens = `evt.type = openat and evt.arg.name in (${here}, ${nowhere})`;
    assert.deepEqual(
      sysdig(capture, '-p', '%proc.name %evt.arg.name %evt.failed', ofOpens),
      [1, 2, 3].flatMap(() => [`cat ${here} false`, `cat ${nowhere} true`]),
    );
    const ofPrograms = 'evt.type = execve and proc.name in (saker-one, saker-two)';
    const started = sysdig(capture, '-p', '%proc.pname %proc.cmdline', ofPrograms);
    assert.deepEqual(started, ['sh saker-one', 'sh saker-two b c']);
  });

  test('reads a filtered and compressed one', (c) => {
    const path = folder(c);
    const capture = join(path, 'x.scap.gz');
    program(path, 'saker-one');
    const filter = ['--filter', 'evt.type = execve and proc.name = saker-one'];
    const script = `${path}/saker-one; ls ${path}`;
    record('-o', capture, ...forSysdig, ...filter, '--', 'sh', '-c', script);
    assert.deepEqual(sysdig(capture, '-p', '%evt.type %proc.cmdline'), ['execve saker-one']);
  });
});

describe('mistakes on the command line', () => {
  const cases: readonly (readonly [args: readonly string[], message: RegExp])[] = [
    [[], /^saker: -o FILE is missing/],
    [
      ['-o', 'x', '--for', '3'],
      /^saker: --for takes a duration such as 500ms, 30s, 5m or 1h, found "3"/,
    ],
    [
      ['-o', 'x', '--syscalls', 'opn'],
      /^saker: --syscalls: no system call is called "opn", did you mean "open"/,
    ],
    [
      ['-o', 'x', '--format', 'sysdig'],
      /^saker: --format is one of current, sysdig-0\.29; found "sysdig"/,
    ],
    [
      ['-o', 'x', '--filter', 'proc.nme=cat'],
      /^\n--filter:1:1: error unknown-field: .*\n {2}proc\.nme=cat\n {2}\^{8}\n[^]*saker: the condition of --filter cannot be used/,
    ],
  ];
  for (const [args, message] of cases) {
    test(args.join(' ') || 'nothing', async () => {
      const { code, stderr } = await runSaker(['record', ...args]);
      assert.equal(code, 2);
      assert.match(stderr, message);
    });
  }
});
