/**
 * How an included configuration file (`config_files`) joins what was read before it: key by key at
 * the top level.
 */

import type { Diagnostic } from '@saker/core/base/diagnostic.ts';
import type { MapNode } from './config-node.ts';
import { configProblem } from './config-text.ts';

export const MERGE_STRATEGIES = ['append', 'override', 'add-only'] as const;
/**
 * append: lists are joined, everything else is replaced; override: everything is replaced;
 * add-only: what is there stays.
 */
export type MergeStrategy = (typeof MERGE_STRATEGIES)[number];

export function mergeConfig(
  base: MapNode,
  included: MapNode,
  strategy: MergeStrategy,
): readonly Diagnostic[] {
  const problems: Diagnostic[] = [];
  for (const [key, entry] of included.entries) {
    const existing = base.entries.get(key)?.value;
    if (key === 'config_files') {
      const message =
        'an included file may not include others: config_files belongs into the main file';
      problems.push(configProblem('CONFIG_ERR_INCLUDE', entry.keyPlace, message));
    } else if (strategy === 'append' && entry.value.kind === 'list' && existing?.kind === 'list') {
      existing.items.push(...entry.value.items);
    } else if (strategy !== 'add-only' || existing === undefined) {
      base.entries.set(key, entry);
    }
  }
  return problems;
}
