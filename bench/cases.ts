/**
 * What is measured: each case is a command, and what its output must be for the figure to count.
 */

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
  /** The most memory that it may hold. */
  readonly peakRssMbMax?: number;
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
/** Of any replay. */
const PEAK_RSS_MB_MAX = 150;

export function casesFor(inputs: Inputs): Case[] {
  return [
    {
      name: 'yardstick',
      about: '`gzip -dc bench1.scap`',
      command: ['gzip', '-dc', packedCapture(inputs)],
    },
    ...replayCases(inputs),
    ...partCases(inputs),
    ...startCases(inputs),
  ];
}

function packedCapture({ shared }: Inputs): string {
  return resolve(shared, 'compat/bench1.scap');
}

function sakerCommand({ root }: Inputs): string[] {
  return [resolve(root, 'bin/saker'), '-c', resolve(root, 'bench/falco.yaml')];
}

function ruleFlags({ shared }: Inputs, ...names: readonly string[]): string[] {
  return names.flatMap((name) => ['-r', resolve(shared, 'rules', name)]);
}

const STABLE = 'falco_rules.yaml';
const ALL = [STABLE, 'falco-incubating_rules.yaml', 'falco-sandbox_rules.yaml'];

function replayCases(inputs: Inputs): Case[] {
  const { root, shared, plain } = inputs;
  const packed = packedCapture(inputs);
  const never = ['-r', resolve(root, 'bench/never.yaml')];
  const stable = ruleFlags(inputs, STABLE);
  const all = ruleFlags(inputs, ...ALL);
  const matchAll = ['-o', 'rule_matching=all'];
  const counts = ['-r', resolve(shared, 'compat/bench1.counts.yaml'), '-o', 'json_output=true'];
  const answers = resolve(shared, 'compat/bench1.counts.json');
  const replay = (name: string, about: string, file: string, rules: readonly string[]): Case => ({
    name,
    about,
    command: [
      ...sakerCommand(inputs),
      '-o',
      'engine.kind=replay',
      '-o',
      `engine.replay.capture_file=${file}`,
      ...rules,
    ],
    events: EVENTS,
    peakRssMbMax: PEAK_RSS_MB_MAX,
    check: expectNothing,
  });
  return [
    replay('never', 'replay, one rule that never matches', plain, never),
    { ...replay('stable', 'replay, stable rules', plain, stable), bar: { yardsticks: 1.9 } },
    { ...replay('all', 'replay, all 93 rules', plain, all), bar: { yardsticks: 1.8 } },
    {
      ...replay('all, every match', 'and rule_matching=all', plain, [...all, ...matchAll]),
      bar: { yardsticks: 1.8 },
    },
    {
      ...replay('counts', 'replay, bench1.counts.yaml', plain, [...counts, ...matchAll]),
      check: (stdout) => checkCounts(stdout, answers),
    },
    replay('never, gzip', 'the packed capture', packed, never),
    replay('all, gzip', 'the packed capture, all 93 rules', packed, all),
  ];
}

function partCases({ root, plain }: Inputs): Case[] {
  const walk = [resolve(root, 'node_modules/.bin/node'), resolve(root, 'bench/walk.ts')];
  const events = EVENTS;
  return [
    {
      name: 'decode only',
      about: 'ScapReader and EventView',
      command: [...walk, 'decode', plain],
      events,
    },
    {
      name: 'state only',
      about: 'and SystemState.apply',
      command: [...walk, 'state', plain],
      events,
    },
  ];
}

function startCases(inputs: Inputs): Case[] {
  return [
    {
      name: 'load',
      about: 'loading all 93 rules, --dry-run',
      command: [...sakerCommand(inputs), ...ruleFlags(inputs, ...ALL), '--dry-run'],
      bar: { wallSeconds: 0.3 },
    },
    {
      name: 'version',
      about: '`saker --version`',
      command: [resolve(inputs.root, 'bin/saker'), '--version'],
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
  for (const [, rule = ''] of stdout.matchAll(/"rule":"(C\d\d)"/g))
    found[rule] = (found[rule] ?? 0) + 1;
  const wrong = Object.entries(want).filter(([rule, count]) => (found[rule] ?? 0) !== count);
  if (wrong.length === 0) return undefined;
  return wrong.map(([rule, count]) => `${rule}: ${found[rule] ?? 0}, expected ${count}`).join('; ');
}
