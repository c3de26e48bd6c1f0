/** For tests: what is wrong with the alerts of a case. */

import type { LiveAlert } from './live-agent.ts';
import type { FieldExpectation, LiveCase } from './live-case.ts';
import type { CaseResult } from './run-cases.ts';

/** An empty list: nothing. */
export function caseProblems(entry: LiveCase, result: CaseResult | undefined): readonly string[] {
  if (result === undefined) return ['it was not run'];
  const problems = problemsOf(entry, result);
  const { lost } = result;
  return problems.length === 0 || lost === 0
    ? problems
    : [...problems, `${lost} records were lost`];
}

function problemsOf(entry: LiveCase, { alerts, stderr, folder }: CaseResult): readonly string[] {
  const found = alerts.filter(({ rule }) => rule === entry.rule);
  if (entry.quiet === true) return found.map(({ output }) => `there should be no alert: ${output}`);
  const expected = Object.entries(entry.fields ?? {});
  const problems = found.map((alert) => fieldProblems(alert, expected, folder));
  if (problems.some((list) => list.length === 0)) return [];
  if (problems.length > 0) return problems.toSorted((a, b) => a.length - b.length)[0] ?? [];
  const others = [...new Set(alerts.map(({ rule }) => rule))].join(', ') || 'none';
  return [`no alert of the rule; of others: ${others}; the script said: ${stderr.trim() || '-'}`];
}

function fieldProblems(
  { output_fields }: LiveAlert,
  expected: readonly (readonly [name: string, value: FieldExpectation])[],
  folder: string,
): readonly string[] {
  return expected
    .filter(([name, value]) => !isAsExpected(output_fields[name], value, folder))
    .map(([name, value]) => {
      const found = JSON.stringify(output_fields[name]) ?? 'absent';
      return `${name} is ${found}, not ${value instanceof RegExp ? value : JSON.stringify(value)}`;
    });
}

function isAsExpected(found: unknown, expected: FieldExpectation, folder: string): boolean {
  if (expected instanceof RegExp) return typeof found === 'string' && expected.test(found);
  if (typeof expected === 'object' && expected !== null) {
    return typeof found === 'number' && found > expected.above;
  }
  if (typeof expected !== 'string') return found === expected;
  return found === expected.replaceAll('{folder}', folder);
}
