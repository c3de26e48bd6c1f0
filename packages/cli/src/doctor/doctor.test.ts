/** Golden text for machines that are made up, and this machine as it is. */

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import type { HostFacts } from '@saker/sensor/probes/host-facts.ts';
import { skipWithoutSensor } from '@saker/sensor/records/harness.ts';
import { SensorError } from '@saker/sensor/sensor-error.ts';
import { plainStyle } from '../terminal/style.ts';
import { root, runSaker, spawnSaker } from '../testing.ts';
import { findSockets } from './container-sockets.ts';
import { doctorText, verdictLines } from './doctor-text.ts';
import { findingsOn } from './findings.ts';
import type { Machine } from './machine.ts';
import { verdictOn } from './verdict.ts';

const facts: HostFacts = {
  release: '6.1.0-18-amd64',
  hasBtf: true,
  capabilities: 0x1ff_ffff_ffffn,
  isInUserNamespace: false,
  isFiltered: false,
  lockdown: 'integrity',
  memlockBytes: 8 << 20,
  isJitOn: true,
  securityModules: ['lockdown', 'capability', 'apparmor'],
  processors: 8,
  cgroups: 'v2',
  hidepid: undefined,
  tracefs: '/sys/kernel/tracing',
};
const open = { tp_btf: undefined, raw_tracepoint: undefined, fentry: undefined };
const server: Machine = {
  facts,
  isRoot: true,
  installer: 'apt-get',
  libbpf: 'v1.1',
  programs: 912_345,
  hooks: { ...open, kprobe: undefined, lsm: undefined },
  trial: { hook: 'tp_btf', milliseconds: 187.4 },
  sockets: [
    { runtime: 'Docker', path: '/run/docker.sock', state: 'answers' },
    { runtime: 'containerd', path: '/run/containerd/containerd.sock', state: 'silent' },
  ],
};

const noCapabilities = new SensorError(
  'missing-capability',
  'CAP_BPF and CAP_PERFMON are missing',
  {
    hint: 'run as root',
  },
);
const refused = new SensorError('load-failed', 'the kernel refuses the BPF programs');
const noLibrary = new SensorError('libbpf-missing', 'libbpf.so.1 cannot be opened', {
  hint: 'install it',
});
const noObject = new SensorError('object-missing', 'cannot read the BPF programs, /x.bpf.o', {
  hint: 'node tools/setup.mjs compiles them, or says what it needs to do so',
});

const machines: Readonly<Record<string, Machine>> = {
  server,
  'not-root': {
    ...server,
    facts: { ...facts, capabilities: 0n, hidepid: '2' },
    isRoot: false,
    hooks: undefined,
    trial: noCapabilities,
    sockets: [{ runtime: 'Docker', path: '/run/docker.sock', state: 'forbidden' }],
  },
  'no-packages': {
    ...server,
    isRoot: false,
    libbpf: noLibrary,
    programs: noObject,
    hooks: undefined,
    trial: noLibrary,
    sockets: [],
  },
  'old-kernel': {
    ...server,
    facts: {
      ...facts,
      release: '5.4.0-190-generic',
      hasBtf: false,
      isJitOn: false,
      lockdown: undefined,
      cgroups: 'hybrid',
      processors: 2048,
      tracefs: undefined,
    },
    hooks: {
      tp_btf: refused,
      raw_tracepoint: refused,
      fentry: refused,
      kprobe: refused,
      lsm: refused,
    },
    trial: new SensorError(
      'kernel-too-old',
      'the kernel is 5.4.0-190-generic, 5.8 or newer is needed',
      {
        hint: "install the distribution's current kernel and boot it",
      },
    ),
  },
  'locked-down': {
    ...server,
    facts: { ...facts, lockdown: 'confidentiality' },
    trial: new SensorError('lockdown', 'the kernel is locked down', { hint: 'boot otherwise' }),
  },
  'raw-tracepoints': {
    ...server,
    // CAP_BPF and CAP_PERFMON.
    facts: { ...facts, capabilities: 0xc0_0000_0000n, securityModules: ['capability', 'bpf'] },
    hooks: { ...open, tp_btf: refused, kprobe: refused, lsm: undefined },
    trial: { hook: 'raw_tracepoint', milliseconds: 301 },
  },
};

describe('machines that are made up', () => {
  for (const [name, machine] of Object.entries(machines)) {
    for (const columns of name === 'not-root' ? [undefined, 60] : [undefined]) {
      const suffix = columns === undefined ? '' : `-${columns}`;
      test(`${name}${suffix}`, (t) => {
        const verdict = verdictOn(machine);
        const look = { style: plainStyle, columns };
        const lines = doctorText(verdict, findingsOn(machine), look);
        const text = [...lines, '', '--- short', ...verdictLines(verdict), ''].join('\n');
        const file = resolve(import.meta.dirname, `../testdata/doctor-${name}${suffix}.txt`);
        t.assert.fileSnapshot(text, file, { serializers: [String] });
      });
    }
  }

  test('commands are those of the installer and the user', () => {
    const command = (change: Partial<Machine>) => verdictOn({ ...server, ...change }).command;
    assert.equal(command({ trial: noLibrary }), 'apt-get install -y libbpf1');
    assert.equal(
      command({ trial: noLibrary, installer: 'dnf', isRoot: false }),
      'sudo dnf install -y libbpf',
    );
    assert.equal(command({ trial: noLibrary, installer: undefined }), undefined);
    assert.equal(command({ trial: noObject }), 'node tools/setup.mjs');
    assert.equal(command({ trial: noCapabilities }), undefined);
    const noMemory = new SensorError('memory-lock', 'only 65536 bytes of memory may be locked');
    assert.equal(command({ trial: noMemory }), 'ulimit -l unlimited');
  });
});

describe('this machine', () => {
  test('live detection works', { skip: skipWithoutSensor }, async () => {
    const { code, stdout, stderr } = await runSaker(['doctor']);
    assert.deepEqual([code, stderr], [0, '']);
    assert.match(stdout, /^Live detection works here: attached to /);
    assert.match(stdout, /^✓ trial +attached to .* records come$/m);
    const { code: shortCode, stdout: short } = spawnSaker(['doctor', '--short']);
    assert.equal(shortCode, 0);
    assert.match(short, /^Live detection works here: .*\n$/);
  });

  test('--json', { skip: skipWithoutSensor }, async () => {
    const { code, stdout } = await runSaker(['doctor', '--json']);
    const document = JSON.parse(stdout) as { live: boolean; findings: { subject: string }[] };
    assert.equal(code, 0);
    assert.equal(document.live, true);
    assert.ok(document.findings.some(({ subject }) => subject === 'libbpf'));
  });

  test('without capabilities the exit code is 1, with the reason', {
    skip: skipWithoutSensor,
  }, () => {
    const { status, stdout } = spawnSync(
      'setpriv',
      [
        '--bounding-set',
        '-all',
        '--inh-caps',
        '-all',
        resolve(root, 'bin/saker'),
        'doctor',
        '--short',
      ],
      { encoding: 'utf8' },
    );
    assert.equal(status, 1);
    assert.match(
      stdout,
      /^Live detection does not work here: CAP_BPF and CAP_PERFMON are missing\.\n/,
    );
  });

  test('takes no operands', async () => {
    const { code, stderr } = await runSaker(['doctor', 'x']);
    assert.equal(code, 2);
    assert.match(stderr, /"x" is too many/);
  });
});

describe('findSockets', () => {
  function temporary(context: TestContext): string {
    const folder = mkdtempSync(join(tmpdir(), 'saker-sockets-'));
    context.after(() => rmSync(folder, { recursive: true }));
    return folder;
  }

  test('tells who answers; what does not exist is left out', async (context) => {
    const folder = temporary(context);
    const path = join(folder, 'answers.sock');
    const listening = createServer().listen(path);
    await new Promise((resolve) => listening.once('listening', resolve));
    // What is left of a runtime that was killed.
    const dead = join(folder, 'dead.sock');
    const script = `require('net').createServer().listen(${JSON.stringify(dead)}, () => process.kill(process.pid, 9))`;
    spawnSync(process.execPath, ['-e', script]);
    const sockets = [
      { runtime: 'a', path },
      { runtime: 'b', path: dead },
      { runtime: 'c', path: join(folder, 'none.sock') },
    ];
    const states = (await findSockets(sockets)).map(({ runtime, state }) => [runtime, state]);
    listening.close();
    assert.deepEqual(states, [
      ['a', 'answers'],
      ['b', 'silent'],
    ]);
  });
});
