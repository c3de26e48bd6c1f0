/** What Falco prints when it ends: how often which rules matched. */

import type { RuleEngine } from '@saker/core/engine/rule-engine.ts';
import { PRIORITIES } from '@saker/core/rules/rule.ts';

export function matchSummary({ rules, matchCounts }: RuleEngine): string {
  const byPriority = PRIORITIES.map(() => 0);
  const byRule: string[] = [];
  let total = 0;
  for (const [at, rule] of rules.entries()) {
    const count = matchCounts[at] ?? 0;
    if (count === 0) continue;
    total += count;
    byPriority[rule.priority] = (byPriority[rule.priority] ?? 0) + count;
    byRule.push(`   ${rule.name}: ${count}\n`);
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
