/** The rules that Saker runs with: those of falco-figures, and one that a benchmark triggers. */

import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../..');
const shared = resolve(root, '../shared/rules');

export type RuleSetName = 'never' | 'stable' | 'all';

const STABLE = join(shared, 'falco_rules.yaml');
const others = ['falco-incubating_rules.yaml', 'falco-sandbox_rules.yaml'];

export const ruleSets: Readonly<Record<RuleSetName, readonly string[]>> = {
  never: [join(root, 'bench/never.yaml')],
  stable: [STABLE],
  all: [STABLE, ...others.map((name) => join(shared, name))],
};

/** One alert for each opening of `path`. The result is the file of the rule, in `directory`. */
export function writeTriggerRule(directory: string, path: string): string {
  const file = join(directory, 'trigger.yaml');
  const rule = `- rule: Trigger
  desc: tells of each opening of one file
  condition: evt.type in (open, openat, openat2) and fd.name = "${path}"
  output: triggered by %proc.pid
  priority: NOTICE
`;
  writeFileSync(file, rule);
  return file;
}

export const TRIGGERED = 'triggered by';
