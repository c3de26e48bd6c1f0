/** Which system calls are recorded, and what is said about it. */

import {
  type BaseSyscalls,
  planSyscalls,
  unrecordedMessage,
} from '@saker/core/engine/plan/plan-syscalls.ts';
import { syscallsOfRules } from '@saker/core/engine/plan/rule-syscalls.ts';
import type { RuleSet } from '@saker/core/rules/rule.ts';
import type { Logger } from '../../host/logger.ts';

/** PPM_SC codes. */
export function selectSyscalls(
  ruleSet: RuleSet,
  base: BaseSyscalls,
  log: Logger,
): ReadonlySet<number> {
  const { selected, messages } = planSyscalls(syscallsOfRules(ruleSet), base);
  for (const { level, text } of messages) log.log(level, text);
  return selected;
}
