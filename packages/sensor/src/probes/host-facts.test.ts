import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type HostFacts, readHostFacts } from './host-facts.ts';

/** Files of a machine that is made up. */
function machine(context: TestContext, files: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(join(tmpdir(), 'saker-facts-'));
  context.after(() => rmSync(root, { recursive: true }));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(root, dirname(path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}

test('a server of today', (context) => {
  const root = machine(context, {
    'proc/sys/kernel/osrelease': '6.1.0-18-amd64\n',
    'proc/self/status': 'Name:\tnode\nCapEff:\t000001ffffffffff\nSeccomp:\t0\n',
    'proc/self/uid_map': '         0          0 4294967295\n',
    'proc/self/limits': 'Max locked memory         8388608              unlimited    bytes\n',
    'proc/self/mounts':
      'proc /proc proc rw,nosuid,hidepid=invisible 0 0\n' +
      'cgroup2 /sys/fs/cgroup cgroup2 rw 0 0\n' +
      'tracefs /sys/kernel/tracing tracefs rw 0 0\n',
    'proc/sys/net/core/bpf_jit_enable': '1\n',
    'sys/kernel/btf/vmlinux': '',
    'sys/kernel/security/lockdown': 'none [integrity] confidentiality\n',
    'sys/kernel/security/lsm': 'lockdown,capability,apparmor,bpf',
    'sys/devices/system/cpu/possible': '0-63\n',
  });
  assert.deepEqual(readHostFacts(root), {
    release: '6.1.0-18-amd64',
    hasBtf: true,
    capabilities: 0x1ff_ffff_ffffn,
    isInUserNamespace: false,
    isFiltered: false,
    lockdown: 'integrity',
    memlockBytes: 8 << 20,
    isJitOn: true,
    securityModules: ['lockdown', 'capability', 'apparmor', 'bpf'],
    processors: 64,
    cgroups: 'v2',
    hidepid: 'invisible',
    tracefs: '/sys/kernel/tracing',
  } satisfies HostFacts);
});

test('inside a rootless container on an old machine', (context) => {
  const root = machine(context, {
    'proc/self/status': 'CapEff:\t00000000a80425fb\nSeccomp:\t2\n',
    'proc/self/uid_map': '         0       1000          1\n',
    'proc/self/limits': 'Max locked memory         unlimited            unlimited    bytes\n',
    'proc/self/mounts':
      'proc /proc proc rw,hidepid=2 0 0\nproc /proc proc rw,hidepid=0 0 0\n' +
      'cgroup /sys/fs/cgroup/cpu cgroup rw,cpu 0 0\n' +
      'cgroup2 /sys/fs/cgroup/unified cgroup2 rw 0 0\n',
    'proc/sys/net/core/bpf_jit_enable': '0\n',
  });
  const facts = readHostFacts(root);
  assert.equal(facts.isInUserNamespace, true);
  assert.equal(facts.isFiltered, true);
  assert.equal(facts.capabilities, 0xa804_25fbn);
  assert.equal(facts.memlockBytes, Number.POSITIVE_INFINITY);
  assert.equal(facts.cgroups, 'hybrid');
  assert.equal(facts.hidepid, undefined);
  assert.equal(facts.isJitOn, false);
});

test('where nothing can be read nothing is claimed', (context) => {
  assert.deepEqual(readHostFacts(machine(context, {})), {
    release: '',
    hasBtf: false,
    capabilities: 0n,
    isInUserNamespace: false,
    isFiltered: false,
    lockdown: undefined,
    memlockBytes: Number.POSITIVE_INFINITY,
    isJitOn: undefined,
    securityModules: [],
    processors: 1,
    cgroups: undefined,
    hidepid: undefined,
    tracefs: undefined,
  } satisfies HostFacts);
});

test('this machine', () => {
  const facts = readHostFacts();
  assert.match(facts.release, /^\d+\.\d+/);
  assert.ok(facts.processors >= 1);
});
