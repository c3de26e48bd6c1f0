import assert from 'node:assert/strict';
import { test } from 'node:test';
import { kernelFeatures } from './kernel-features.ts';

const btf = (...names: string[]): Buffer => Buffer.from(`\0${names.join('\0')}\0`);
const cast = 'bpf_rdonly_cast';
const task = 'BPF_FUNC_get_current_task_btf';

const cases: readonly [
  name: string,
  btf: Buffer,
  isJitOn: boolean,
  castsPointers: boolean,
  hasTaskBtf: boolean,
][] = [
  ['6.2 or newer', btf('a', cast, task), true, true, true],
  ['5.11', btf(task), true, false, true],
  ['5.8', btf('a'), true, false, false],
  ['other names that hold these', btf(`${cast}_id`, `x${task}`), true, false, false],
  ['an interpreter calls no function of the kernel', btf(cast, task), false, false, true],
  ['no BTF', Buffer.alloc(0), true, false, false],
];
for (const [name, names, isJitOn, castsPointers, hasTaskBtf] of cases) {
  test(name, () => {
    assert.deepEqual(kernelFeatures(names, isJitOn), { castsPointers, hasTaskBtf });
  });
}
