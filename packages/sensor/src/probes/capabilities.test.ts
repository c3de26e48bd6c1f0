import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type Capability,
  capabilitiesIn,
  formatCapabilities,
  missingCapabilities,
  NEEDED,
  WANTED,
} from './capabilities.ts';

const cases: readonly [
  name: string,
  set: bigint,
  needed: readonly Capability[],
  wanted: readonly Capability[],
][] = [
  ['root', 0x1ff_ffff_ffffn, [], []],
  ['nobody', 0n, ['BPF', 'PERFMON'], ['SYS_PTRACE', 'DAC_READ_SEARCH']],
  ["docker's default", 0xa804_25fbn, ['BPF', 'PERFMON'], ['SYS_PTRACE', 'DAC_READ_SEARCH']],
  ['only what loading needs', 0xc0_0000_0000n, [], ['SYS_PTRACE', 'DAC_READ_SEARCH']],
  ['SYS_ADMIN stands for both', 0x20_0000n, [], ['SYS_PTRACE', 'DAC_READ_SEARCH']],
  ['BPF alone', 0x80_0000_0000n, ['PERFMON'], ['SYS_PTRACE', 'DAC_READ_SEARCH']],
];
for (const [name, set, needed, wanted] of cases) {
  test(name, () => {
    assert.deepEqual(missingCapabilities(set, NEEDED), needed);
    assert.deepEqual(missingCapabilities(set, WANTED), wanted);
  });
}

test('as people read them', () => {
  assert.deepEqual(capabilitiesIn(0x20_0004n), ['DAC_READ_SEARCH', 'SYS_ADMIN']);
  assert.equal(formatCapabilities(['BPF', 'PERFMON']), 'CAP_BPF and CAP_PERFMON');
});
