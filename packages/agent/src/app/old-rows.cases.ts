/** Keys of older Falcos that are read as others. */

import { configured, type KeyRow } from './key-row.cases.ts';

export const movedRows: readonly KeyRow[] = [
  configured('rules_file', ({ rulesFiles }) => rulesFiles, [
    ['a', ['a']],
    ['b', ['b']],
  ]),
  configured('syscall_buf_size_preset', ({ engine }) => engine.ringPreset, [
    ['1', 1],
    ['6', 6],
  ]),
  configured('syscall_drop_failed_exit', ({ engine }) => engine.dropsFailedCalls, [
    ['true', true],
    ['false', false],
  ]),
];
