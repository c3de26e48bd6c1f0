/** What is measured: each case is a command, and what its output must be for the figure to count. */

import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

export interface Case {
  readonly name: string;
  readonly about: string;
  readonly command: readonly string[];
  /** Says what is wrong with the output, or undefined. */
  readonly check?: (stdout: string) => string | undefined;
  /** The bar, in CPU seconds of the yardstick or in seconds of the clock. */
  readonly bar?: { readonly yardsticks: number } | { readonly wallSeconds: number };
  /** Events in the input, for events per CPU second. */
  readonly events?: number;
}

export interface Inputs {
  readonly root: string;
  readonly shared: string;
  /** bench1.scap, unpacked. */
  readonly plain: string;
}

const EVENTS = 1_414_856;

export function casesFor({ root, shared, plain }: Inputs): Case[] {
  const saker = resolve(root, 'bin/saker');
  const node = resolve(root, 'node_modules/.bin/node');
  const packed = resolve(shared, 'compat/bench1.scap');
  const rules = (name: string) => ['-r', resolve(shared, 'rules', name)];
  const all = ['falco_rules.yaml', 'falco-incubating_rules.yaml', 'falco-sandbox_rules.yaml'].flatMap(rules);
  const config = resolve(root, 'bench/falco.yaml');
  const replay = (file: string, ...more: string[]) => [
    ...[saker, '-c', config, '-o', 'engine.kind=replay', '-o', `engine.replay.capture_file=${file}`],
    ...more,
  ];
  const never = ['-r', resolve(root, 'bench/never.yaml')];
  const counts = ['-r', resolve(shared, 'compat/bench1.counts.yaml'), '-o', 'json_output=true'];
  const matchAll = ['-o', 'rule_matching=all'];
  const events = EVENTS;
  return [
    { name: 'yardstick', about: '`gzip -dc bench1.scap`', command: ['gzip', '-dc', packed] },
    {
      name: 'never',
      about: 'replay, one rule that never matches',
      command: replay(plain, ...never),
      events,
      check: expectNothing,
    },
    {
      name: 'stable',
      about: 'replay, stable rules',
      command: replay(plain, ...rules('falco_rules.yaml')),
      bar: { yardsticks: 1.9 },
      events,
      check: expectNothing,
    },
    {
      name: 'all',
      about: 'replay, all 93 rules',
      command: replay(plain, ...all),
      bar: { yardsticks: 1.8 },
      events,
      check: expectNothing,
    },
    {
      name: 'all, every match',
      about: 'replay, all 93 rules, rule_matching=all',
      command: replay(plain, ...all, ...matchAll),
      bar: { yardsticks: 1.8 },
      events,
      check: expectNothing,
    },
    {
      name: 'counts',
      about: 'replay, bench1.counts.yaml, rule_matching=all',
      command: replay(plain, ...counts, ...matchAll),
      events,
      check: (stdout) => checkCounts(stdout, resolve(shared, 'compat/bench1.counts.json')),
    },
    { name: 'never, gzip', about: 'the packed capture', command: replay(packed, ...never), events },
    { name: 'all, gzip', about: 'the packed capture, all rules', command: replay(packed, ...all), events },
    {
      name: 'decode only',
      about: 'ScapReader and EventView',
      command: [node, resolve(root, 'bench/walk.ts'), 'decode', plain],
      events,
    },
    {
      name: 'state only',
      about: 'and SystemState.apply',
      command: [node, resolve(root, 'bench/walk.ts'), 'state', plain],
      events,
    },
    {
      name: 'load',
      about: 'loading all 93 rules, --dry-run',
      command: [saker, '-c', config, ...all, '--dry-run'],
      bar: { wallSeconds: 0.3 },
    },
    {
      name: 'version',
      about: '`saker --version`',
      command: [saker, '--version'],
      bar: { wallSeconds: 0.15 },
    },
  ];
}

function expectNothing(stdout: string): string | undefined {
  return stdout.trim() === '' ? undefined : `expected no alert, got ${stdout.slice(0, 200)}`;
}

function checkCounts(stdout: string, answers: string): string | undefined {
  const want = JSON.parse(readFileSync(answers, 'utf8')) as Record<string, number>;
  const found: Record<string, number> = {};
  for (const [, rule = ''] of stdout.matchAll(/"rule":"(C\d\d)"/g)) found[rule] = (found[rule] ?? 0) + 1;
  const wrong = Object.entries(want).filter(([rule, count]) => (found[rule] ?? 0) !== count);
  if (wrong.length === 0) return undefined;
  return wrong.map(([rule, count]) => `${rule}: ${found[rule] ?? 0}, expected ${count}`).join('; ');
}
