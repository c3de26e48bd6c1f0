/** The system calls that rules look at, as PPM_SC codes: Falco's `sc_codes_for_ruleset`. */

import { SYSCALL_SOURCE } from '../../fields/field-classes.ts';
import { EventTypeAnalysis, eventTypesIn } from '../../rules/event-types.ts';
import type { RuleSet } from '../../rules/rule.ts';
import { syscallIndex } from './syscall-index.ts';

/** PPM_SC_UNKNOWN is no call. */
const UNKNOWN = 0;

/**
 * Of the enabled rules of the syscall source. A rule that does not look at `evt.type` asks for
 * every call there is.
 */
export function syscallsOfRules({ rules, macros }: RuleSet): ReadonlySet<number> {
  const analysis = new EventTypeAnalysis(syscallIndex, (name) => macros.get(name)?.condition.expr);
  const found = new Set<number>();
  for (const { enabled, source, condition } of rules) {
    if (!enabled || source !== SYSCALL_SOURCE) continue;
    for (const code of eventTypesIn(analysis.of(condition.expr))) {
      if (code !== UNKNOWN && syscallIndex.nameOf(code) !== undefined) found.add(code);
    }
  }
  return found;
}
