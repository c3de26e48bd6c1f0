/** Keys that full definitions of rules and overrides read alike. */

import { suggest } from '../base/suggest.ts';
import type { ItemReader } from './item-reader.ts';
import { parsePriority } from './priority.ts';
import { PRIORITIES, type Priority } from './rule.ts';
import { SplicedText } from './spliced-text.ts';

export function readText(rule: ItemReader, key: string): SplicedText | undefined {
  const scalar = rule.scalar(key);
  return scalar && SplicedText.of({ source: rule.context.source, scalar });
}

export function readPriority(rule: ItemReader): Priority | undefined {
  const scalar = rule.scalar('priority');
  if (scalar === undefined) return undefined;
  const priority = parsePriority(scalar.text);
  if (priority !== undefined) return priority;
  const meant = suggest(scalar.text, PRIORITIES);
  return rule.fail('Invalid priority', rule.context.child('rule priority', scalar), {
    message: `"${scalar.text}" is not a priority; these are: ${PRIORITIES.join(', ')}`,
    ...(meant !== undefined && { hint: `did you mean "${meant}"?` }),
  });
}

/** Sorted, each once; empty without the key. */
export function readTags(rule: ItemReader): readonly string[] | undefined {
  if (!rule.has('tags')) return [];
  const tags = rule.scalars('tags');
  return tags && sortedTags(tags.map((scalar) => scalar.text));
}

export function sortedTags(tags: Iterable<string>): readonly string[] {
  return [...new Set(tags)].sort();
}
