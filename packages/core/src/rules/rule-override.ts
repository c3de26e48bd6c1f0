/**
 * Rules with `override`: each listed key is appended to, or takes the place of, that of the earlier
 * rule.
 */

import type { RuleUpdate } from './collection.ts';
import { readExceptions } from './exceptions.ts';
import type { ItemReader } from './item-reader.ts';
import type { Overridable, Overrides } from './override.ts';
import { readPriority, readTags, readText } from './rule-keys.ts';
import type { RuleMerger } from './rule-merger.ts';
import { entryOf } from './yaml/yaml-node.ts';

const TEXT_KEYS = ['condition', 'output', 'desc', 'tags', 'exceptions'] as const;
const OTHER_KEYS = [
  'priority',
  'capture',
  'capture_duration',
  'enabled',
  'warn_evttypes',
  'skip-if-unknown-filter',
] as const;

export const RULE_OVERRIDABLE: Overridable = {
  append: TEXT_KEYS,
  replace: [...TEXT_KEYS, ...OTHER_KEYS],
};

export const RULE_KEYS: ReadonlySet<string> = new Set([
  'rule',
  'source',
  'override',
  'append',
  ...RULE_OVERRIDABLE.replace,
]);

export function readRuleOverrides(
  of: { readonly name: string; readonly source: string },
  rule: ItemReader,
  overrides: Overrides,
  merger: RuleMerger,
): void {
  /** Keys of the item that no override has asked for yet. */
  const left = new Set(RULE_OVERRIDABLE.replace.filter((key) => rule.has(key)));
  if (overrides.append.size > 0) {
    const update = readUpdate(of, rule, new KeyTaker(rule, overrides.append, left, 'append'));
    if (update === undefined || !merger.append(update, rule)) return;
  }
  if (overrides.replace.size > 0) {
    const update = readUpdate(of, rule, new KeyTaker(rule, overrides.replace, left, 'replace'));
    if (update === undefined || !merger.replace(update, rule)) return;
  }
  const [extra] = [...left].sort();
  if (extra === undefined) return;
  const entry = entryOf(rule.map, extra);
  const message = `Unexpected key '${extra}': no corresponding entry under 'override' is defined.`;
  rule.fail(message, rule.context.child('overrides', entry?.value ?? rule.map, extra), {
    hint: `add "${extra}: replace" under "override"`,
    ...(entry && { span: entry.key }),
  });
}

/** Hands out the keys of one operation, each once. */
class KeyTaker {
  readonly operation: 'append' | 'replace';
  readonly #rule: ItemReader;
  readonly #wanted: ReadonlySet<string>;
  readonly #left: Set<string>;

  constructor(
    rule: ItemReader,
    wanted: ReadonlySet<string>,
    left: Set<string>,
    operation: 'append' | 'replace',
  ) {
    this.#rule = rule;
    this.#wanted = wanted;
    this.#left = left;
    this.operation = operation;
  }

  /** Whether the key is overridden this way and there; that it is not there is an error. */
  take(key: string): boolean {
    if (this.#rule.failed || !this.#wanted.has(key)) return false;
    if (this.#left.delete(key)) return true;
    this.#rule.fail(
      `An ${this.operation} override for '${key}' was specified but '${key}' is not defined`,
    );
    return false;
  }
}

/** In Falco's order of keys. */
function readUpdate(
  { name, source }: { readonly name: string; readonly source: string },
  rule: ItemReader,
  keys: KeyTaker,
): RuleUpdate | undefined {
  const mode = keys.operation === 'append' ? 'append' : 'define';
  const taken = <T>(key: string, read: () => T | undefined): T | undefined =>
    keys.take(key) ? read() : undefined;
  const condition = taken('condition', () => readText(rule, 'condition'));
  const update: RuleUpdate = {
    name,
    context: rule.context,
    source: condition === undefined ? '' : source,
    condition,
    exceptions: taken('exceptions', () => readExceptions(rule, mode)),
    output: taken('output', () => readText(rule, 'output')),
    description: taken('desc', () => readText(rule, 'desc')),
    tags: taken('tags', () => readTags(rule)),
    priority: taken('priority', () => readPriority(rule)),
    capture: taken('capture', () => rule.boolean('capture')),
    captureDurationMs: taken('capture_duration', () => rule.uint32('capture_duration')),
    enabled: taken('enabled', () => rule.boolean('enabled')),
    warnEventTypes: taken('warn_evttypes', () => rule.boolean('warn_evttypes')),
    skipIfUnknownFilter: taken('skip-if-unknown-filter', () =>
      rule.boolean('skip-if-unknown-filter'),
    ),
  };
  return rule.failed ? undefined : update;
}
