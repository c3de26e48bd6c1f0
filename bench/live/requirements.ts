/** What a live benchmark cannot do without. */

import { existsSync } from 'node:fs';
import { ruleSets } from './rule-sets.ts';

/** The reason why there is nothing to measure here, or undefined. */
export function whatIsMissing(): string | undefined {
  if (process.getuid?.() !== 0) return 'watching system calls takes root';
  if (process.arch !== 'x64') return 'the loads are written for x86-64';
  if (!ruleSets.all.every((file) => existsSync(file))) return 'the rules of ../shared are absent';
  return undefined;
}
