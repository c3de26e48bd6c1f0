/** Falco's metrics of rules: rules_counters_enabled. */

import type { JsonValue } from '@saker/core/fields/field.ts';
import { FALCO_HELP, sanitise } from './falco-metric.ts';
import type { Labels, MetricFamily } from './metric-family.ts';
import type { RuleMatches } from './readings.ts';

/** Rules that never matched are not shown, as in Falco. */
export function matchesFamily(rules: readonly RuleMatches[]): MetricFamily {
  return {
    name: 'falcosecurity_falco_rules_matches_total',
    help: FALCO_HELP,
    kind: 'counter',
    samples: rules
      .filter(({ matches }) => matches > 0)
      .map(({ rule, matches }) => ({ labels: labelsOf(rule), value: matches })),
  };
}

function labelsOf({ name, priority, source, tags }: RuleMatches['rule']): Labels {
  const tagLabels = tags.map((tag) => [labelName(`tag_${tag}`), 'true'] as const);
  const own = { rule_name: name, priority: String(priority), source };
  return { ...Object.fromEntries(tagLabels), ...own };
}

/** Unlike names of series, without colons. */
function labelName(name: string): string {
  return sanitise(name.replaceAll(':', '_'));
}

export function matchFields(
  rules: readonly RuleMatches[],
  includeEmptyValues: boolean,
): readonly (readonly [name: string, value: JsonValue])[] {
  const shown = rules.filter(({ matches }) => matches > 0 || includeEmptyValues);
  const total = rules.reduce((sum, { matches }) => sum + matches, 0);
  return [
    ['falco.rules.matches_total', total],
    ...shown.map(({ rule, matches }) => [`falco.rules.${fieldName(rule.name)}`, matches] as const),
  ];
}

/** Names of rules and files as they stand in names of fields. */
export function fieldName(name: string): string {
  return sanitise(name).replace(/_+$/, '');
}
