/** Which system calls are recorded. */

import { suggest } from '@saker/core/base/suggest.ts';
import { planSyscalls } from '@saker/core/engine/plan/plan-syscalls.ts';
import { repairedSyscalls } from '@saker/core/engine/plan/repair-syscalls.ts';
import { syscallsOfRules } from '@saker/core/engine/plan/rule-syscalls.ts';
import { syscallEventNames, syscallsNamed } from '@saker/core/engine/plan/syscall-index.ts';
import { genericSyscalls } from '@saker/core/events/names.gen.ts';
import { SYSCALL_CODES } from '@saker/core/events/names.ts';
import { describedSyscalls, stateSyscalls } from '@saker/core/events/syscall-sets.ts';
import type { RuleSet } from '@saker/core/rules/rule.ts';
import { didYouMean } from '../command-line/arguments.ts';

/** PPM_SC codes. */
export type SyscallChoice = ReadonlySet<number>;

/**
 * Of the value of `--syscalls`, or what is wrong with it. Without a value: what the filter looks
 * at, and every call that has parameters to tell where it looks at all or there is none.
 */
export function chooseSyscalls(
  value: string | undefined,
  filter: RuleSet | undefined,
): SyscallChoice | string {
  if (value === 'all') return new Set(Array.from({ length: SYSCALL_CODES }, (_, code) => code));
  if (value === 'state') return stateSyscalls;
  if (value !== undefined) return namedSyscalls(value);
  return filter === undefined ? describedSyscalls : syscallsOfFilter(filter);
}

/** With what state needs to understand their events. */
function namedSyscalls(list: string): SyscallChoice | string {
  const codes = new Set<number>();
  for (const name of list.split(',')) {
    const found = syscallsNamed(name.trim());
    if (found.length === 0) return unknownName(name.trim());
    for (const code of found) codes.add(code);
  }
  return repairedSyscalls(codes);
}

function unknownName(name: string): string {
  const words = new Set([...syscallEventNames(), 'all', 'state']);
  return `no system call is called "${name}"${didYouMean(suggest(name, words))}`;
}

function syscallsOfFilter(filter: RuleSet): SyscallChoice {
  const wanted = syscallsOfRules(filter);
  // All calls without parameters are wanted: then it is none of them that the filter is about.
  const namesNone = genericSyscalls.every((code) => wanted.has(code));
  const meant = namesNone
    ? new Set([...wanted].filter((code) => describedSyscalls.has(code)))
    : wanted;
  return planSyscalls(meant, { customSet: [], repair: false, all: true }).selected;
}
