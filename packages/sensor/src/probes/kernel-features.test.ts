import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type KernelFeatures, kernelFeatures } from './kernel-features.ts';

const btf = (...names: string[]): Buffer => Buffer.from(`\0${names.join('\0')}\0`);
const cast = 'bpf_rdonly_cast';
const task = 'BPF_FUNC_get_current_task_btf';
const preempt = 'bpf_preempt_disable';
const none = { castsPointers: false, hasTaskBtf: false, disablesPreemption: false };

const cases: readonly [
  name: string,
  btf: Buffer,
  release: string,
  isJitOn: boolean,
  features: Partial<KernelFeatures>,
][] = [
  [
    '6.15 or newer',
    btf('a', cast, preempt, task),
    '7.0.1',
    true,
    { castsPointers: true, hasTaskBtf: true, disablesPreemption: true },
  ],
  [
    '6.10: no calls where preemption is off',
    btf(cast, preempt, task),
    '6.12.0-55.el10',
    true,
    { castsPointers: true, hasTaskBtf: true },
  ],
  ['6.2', btf('a', cast, task), '6.2.0', true, { castsPointers: true, hasTaskBtf: true }],
  ['5.11', btf(task), '5.11.0', true, { hasTaskBtf: true }],
  ['5.8', btf('a'), '5.8.0', true, {}],
  ['other names that hold these', btf(`${cast}_id`, `x${task}`), '6.2.0', true, {}],
  [
    'an interpreter calls no function of the kernel',
    btf(cast, preempt, task),
    '7.0.0',
    false,
    { hasTaskBtf: true },
  ],
  ['no BTF', Buffer.alloc(0), '6.2.0', true, {}],
];
for (const [name, names, release, isJitOn, features] of cases) {
  test(name, () => {
    assert.deepEqual(kernelFeatures(names, { isJitOn, release }), { ...none, ...features });
  });
}
