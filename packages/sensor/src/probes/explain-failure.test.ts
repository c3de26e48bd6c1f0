import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SensorError, type SensorProblem } from '../sensor-error.ts';
import { explainFailure } from './explain-failure.ts';
import type { HostFacts } from './host-facts.ts';

const able: HostFacts = {
  release: '6.1.0-18-amd64',
  hasBtf: true,
  capabilities: 0x1ff_ffff_ffffn,
  isInUserNamespace: false,
  isFiltered: false,
  lockdown: 'none',
  memlockBytes: 8 << 20,
  isJitOn: true,
  securityModules: [],
  processors: 2,
  cgroups: 'v2',
  hidepid: undefined,
  tracefs: undefined,
};

const cases: readonly [
  name: string,
  failure: SensorProblem,
  facts: Partial<HostFacts>,
  code: SensorProblem,
  message: RegExp,
][] = [
  [
    'no capability',
    'missing-capability',
    { capabilities: 0n },
    'missing-capability',
    /^CAP_BPF and CAP_PERFMON are/,
  ],
  [
    'one is missing',
    'attach-failed',
    { capabilities: 1n << 39n },
    'missing-capability',
    /^CAP_PERFMON is missing$/,
  ],
  [
    'user namespace',
    'missing-capability',
    { isInUserNamespace: true },
    'missing-capability',
    /user namespace/,
  ],
  ['lockdown', 'load-failed', { lockdown: 'confidentiality' }, 'lockdown', /locked down/],
  [
    'old kernel',
    'load-failed',
    { release: '5.4.0-190-generic' },
    'kernel-too-old',
    /is 5\.4\.0-190-generic, 5\.8 or newer/,
  ],
  [
    'old kernel without BTF',
    'load-failed',
    { release: '4.19.0', hasBtf: false },
    'kernel-too-old',
    /4\.19/,
  ],
  ['no BTF', 'load-failed', { hasBtf: false }, 'no-btf', /btf\/vmlinux is absent/],
  [
    'memory',
    'missing-capability',
    { release: '5.10.0', memlockBytes: 65536 },
    'memory-lock',
    /only 65536 bytes/,
  ],
  ['seccomp', 'missing-capability', { isFiltered: true }, 'missing-capability', /seccomp/],
  [
    'libbpf that asks for modules',
    'missing-capability',
    { release: '6.1.0', capabilities: 0xc0_0000_0000n },
    'missing-capability',
    /CAP_SYS_ADMIN/,
  ],
  [
    'capabilities come first',
    'load-failed',
    { capabilities: 0n, hasBtf: false },
    'missing-capability',
    /CAP_BPF/,
  ],
];
for (const [name, failure, facts, code, message] of cases) {
  test(name, () => {
    const error = new SensorError(failure, 'the kernel refuses');
    const explained = explainFailure(error, { ...able, ...facts });
    assert.equal(explained.code, code);
    assert.match(explained.message, message);
    assert.equal(explained.cause, error);
    assert.ok(explained.hint !== undefined && explained.hint.length > 10);
  });
}

test('what nothing explains stays as it is', () => {
  for (const code of [
    'load-failed',
    'attach-failed',
    'missing-capability',
    'memory-lock',
  ] as const) {
    const error = new SensorError(code, 'the kernel refuses');
    assert.equal(explainFailure(error, able), error);
  }
});

test('failures that say what is wrong are not touched', () => {
  for (const code of ['libbpf-missing', 'object-missing'] as const) {
    const error = new SensorError(code, 'absent');
    assert.equal(explainFailure(error, { ...able, capabilities: 0n }), error);
  }
});
