/** What Falco prints when it ends: how often which rules matched. */

import { PRIORITIES } from '@saker/core/rules/rule.ts';
import type { RuleTotal } from './rule-totals.ts';

export function matchSummary(totals: Iterable<RuleTotal>): string {
  const byPriority = PRIORITIES.map(() => 0);
  const byRule: string[] = [];
  let total = 0;
  for (const { rule, matches } of totals) {
    if (matches === 0) continue;
    total += matches;
    byPriority[rule.priority] = (byPriority[rule.priority] ?? 0) + matches;
    byRule.push(`   ${rule.name}: ${matches}\n`);
  }
  const severities = byPriority.map((count, priority) =>
    count === 0 ? '' : `   ${severityName(priority)}: ${count}\n`,
  );
  return `Events detected: ${total}
Rule counts by severity:
${severities.join('')}Triggered rules by rule name:
${byRule.join('')}`;
}

function severityName(priority: number): string {
  const name = PRIORITIES[priority] ?? '';
  return (name === 'Informational' ? 'Info' : name).toUpperCase();
}
