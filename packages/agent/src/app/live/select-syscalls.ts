/** Which system calls are recorded, and what is said about it. */

import {
  type BaseSyscalls,
  planSyscalls,
  unrecordedMessage,
} from '@saker/core/engine/plan/plan-syscalls.ts';
import { syscallsOfRules } from '@saker/core/engine/plan/rule-syscalls.ts';
import { syscallsNamed } from '@saker/core/engine/plan/syscall-index.ts';
import { codesOf } from '@saker/core/events/syscall-sets.ts';
import type { RuleSet } from '@saker/core/rules/rule.ts';
import { unrecordedSyscalls } from '@saker/sensor/unrecorded-syscalls.ts';
import type { Logger } from '../../host/logger.ts';

export interface SyscallWishes {
  readonly base: BaseSyscalls;
  /** Captures are written: they should be whole. */
  readonly keepsClose: boolean;
  /** Codes of the events that plugins look at before rules do. */
  readonly parsedEvents: ReadonlySet<number>;
}

const CLOSE: readonly number[] = syscallsNamed('close');

/**
 * PPM_SC codes. Of the state set `close` is left out where nobody asks for it: it is half of all
 * records on a busy host, and state does without it, because the number that a descriptor gives
 * back is the one that the next call that makes one gets, and that is recorded.
 */
export function selectSyscalls(
  ruleSet: RuleSet,
  { base, keepsClose, parsedEvents }: SyscallWishes,
  log: Pick<Logger, 'log' | 'debug'>,
): ReadonlySet<number> {
  const ofRules = syscallsOfRules(ruleSet);
  const { selected, messages } = planSyscalls(ofRules, base, parsedEvents);
  for (const { level, text } of messages) log.log(level, text);
  const isParsed = [...parsedEvents].flatMap(codesOf).some((code) => CLOSE.includes(code));
  const isAsked = keepsClose || isParsed || base.customSet.includes('close');
  if (isAsked || CLOSE.some((code) => ofRules.has(code))) return selected;
  log.debug('close is not recorded: no rule is about it, and the state does without it');
  return new Set([...selected].filter((code) => !CLOSE.includes(code)));
}

/** Says so when rules look at calls that none of the sensor's programs records. */
export function tellUnrecorded(
  ruleSet: RuleSet,
  programs: ReadonlySet<string>,
  log: Pick<Logger, 'log'>,
): void {
  const ofRules = syscallsOfRules(ruleSet);
  const unrecorded = unrecordedSyscalls(ofRules, programs, process.arch);
  const message = unrecordedMessage(ofRules, unrecorded);
  if (message !== undefined) log.log(message.level, message.text);
}
