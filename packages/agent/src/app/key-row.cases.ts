/** What a row of the table of keys is, and ways to see effects. */

import type { Config } from '../config/config.ts';
import type { Outcome } from '../testing.ts';
import type { KeyLab } from './key-lab.cases.ts';

/** What is seen when the command runs with these options. */
export type Look = (lab: KeyLab, options: readonly string[]) => unknown;

export interface KeyRow {
  /** `plugins[].name` for keys of the entries of a list. */
  readonly key: string;
  /** Options that give the key a value, and what is then seen. */
  readonly effects: readonly (readonly [options: string | readonly string[], seen: unknown])[];
  readonly look: Look;
}

/** A key without an effect here, and why that is right. */
export interface IdleKey {
  readonly key: string;
  readonly reason: string;
}

/**
 * Values and what is seen: `value` stands for `key=value`, a list for whole options, and FOLDER for
 * the lab's folder.
 */
export function row(key: string, look: Look, ...effects: KeyRow['effects']): KeyRow {
  const path = key.replaceAll('[]', '[0]');
  const asOptions = (value: string | readonly string[]): readonly string[] =>
    typeof value === 'string' ? [`${path}=${value}`] : value;
  return { key, look, effects: effects.map(([value, seen]) => [asOptions(value), seen]) };
}

/**
 * Seen in the configuration that the part is made of, or in a part that `read` makes of it; what
 * the part does with it is for its own tests. `others`: what else must be set.
 */
export function configured(
  key: string,
  read: (config: Config) => unknown,
  effects: KeyRow['effects'],
  ...others: readonly string[]
): KeyRow {
  const look: Look = (lab, options) => read(lab.config([...others, ...options])) ?? null;
  return row(key, look, ...effects);
}

/** Seen in the alerts of a replay. */
export function replayed(
  see: (outcome: Outcome, lab: KeyLab) => unknown,
  ...others: readonly string[]
): Look {
  return async (lab, options) => see(await lab.replay([...others, ...options]), lab);
}

/** Seen in what a dry run says. */
export function started(see: (outcome: Outcome) => unknown, ...others: readonly string[]): Look {
  return async (lab, options) => see(await lab.dryRun([...others, ...options]));
}

export function linesOf({ stdout }: Outcome): string[] {
  return stdout.split('\n').filter((line) => line !== '');
}

/** Names of the rules that alerts in JSON are of, each once. */
export function rulesOf(outcome: Outcome): string[] {
  return [...new Set(documents(outcome).map(({ rule }) => String(rule)))];
}

export function documents(outcome: Outcome): Readonly<Record<string, unknown>>[] {
  return linesOf(outcome).map((line) => JSON.parse(line) as Record<string, unknown>);
}
