/**
 * `rule` items: full definitions, appends, overrides, and the short form that switches an earlier
 * rule on or off.
 */

import type { Collection, RuleEntry } from './collection.ts';
import { readExceptions } from './exceptions.ts';
import type { ItemReader } from './item-reader.ts';
import { APPEND_DEPRECATED, APPEND_WITH_OVERRIDE, ENABLED_DEPRECATED } from './merge-messages.ts';
import { readOverrides } from './override.ts';
import { readPriority, readTags, readText } from './rule-keys.ts';
import type { RuleMerger } from './rule-merger.ts';
import { RULE_KEYS, RULE_OVERRIDABLE, readRuleOverrides } from './rule-override.ts';
import { SplicedText } from './spliced-text.ts';

const DEBUG = 7;

/** The source of rules that do not name one. */
export const SYSCALL_SOURCE = 'syscall';

export function readRule(name: string, rule: ItemReader, merger: RuleMerger): void {
  readRuleForm(name, rule, merger);
  if (rule.failed) merger.collection.refused.add(`rule ${name}`);
  else rule.warnUnknownKeys(RULE_KEYS);
}

function readRuleForm(name: string, rule: ItemReader, merger: RuleMerger): void {
  const source = rule.optionalTextOrEmpty('source') ?? '';
  const appends = rule.optionalBoolean('append') ?? false;
  if (appends) rule.report.warning('LOAD_DEPRECATED_ITEM', APPEND_DEPRECATED, rule.context);
  const overrides = readOverrides(rule, RULE_OVERRIDABLE);
  if (overrides === undefined) return;
  const hasOverrides = overrides.append.size + overrides.replace.size > 0;
  if (appends && hasOverrides) rule.fail(APPEND_WITH_OVERRIDE);
  else if (hasOverrides) readRuleOverrides({ name, source }, rule, overrides, merger);
  else if (appends) readAppend({ name, source }, rule, merger);
  else if (isDefinition(rule)) readDefinition(name, rule, merger);
  else readEnabled(name, rule, merger.collection);
}

function isDefinition(rule: ItemReader): boolean {
  return ['condition', 'output', 'desc', 'priority'].some((key) => rule.has(key));
}

/** `append: true` */
function readAppend(
  { name, source }: { name: string; source: string },
  rule: ItemReader,
  merger: RuleMerger,
): void {
  const { context } = rule;
  const condition = rule.has('condition') ? readText(rule, 'condition') : undefined;
  const exceptions = rule.has('exceptions') ? readExceptions(rule, 'append') : undefined;
  if (rule.failed) return;
  merger.append({ name, context, source, condition, exceptions }, rule);
}

/** A rule with nothing but `enabled`. */
function readEnabled(name: string, rule: ItemReader, collection: Collection): void {
  const enabled = rule.boolean('enabled');
  if (enabled === undefined) return;
  rule.report.warning('LOAD_DEPRECATED_ITEM', ENABLED_DEPRECATED, rule.context, {
    hint: 'add "override:" with "enabled: replace"',
  });
  const previous = collection.rules.get(name);
  if (previous !== undefined) {
    collection.rules.set(name, { ...previous, enabled });
  } else if (!collection.refused.has(`rule ${name}`)) {
    const message = "Rule has 'enabled' key but no rule by that name already exists";
    const meant = collection.suggest(name, collection.rules.keys());
    const own = meant === undefined ? {} : { hint: `did you mean "${meant}"?` };
    rule.failWith('LOAD_ERR_VALIDATE', message, rule.context, own);
  }
}

/** What is wrong beside the texts leaves a rule that can be checked further, though not be run. */
function readDefinition(name: string, rule: ItemReader, merger: RuleMerger): void {
  const texts = readTexts(rule);
  const priority = readPriority(rule) ?? DEBUG;
  const options = readOptions(rule);
  const tags = readTags(rule) ?? [];
  const exceptions = readExceptions(rule, 'define') ?? [];
  if (texts === undefined) return;
  const entry = { name, context: rule.context, ...texts, priority, ...options, tags, exceptions };
  merger.define({ ...entry, unknownSource: false }, rule);
}

type RuleTexts = Pick<
  RuleEntry,
  'condition' | 'conditionContext' | 'output' | 'outputContext' | 'description'
>;

/** In Falco's order, which decides what is reported of several missing keys. */
function readTexts(rule: ItemReader): RuleTexts | undefined {
  const { source } = rule.context;
  const condition = rule.scalar('condition');
  const output = rule.scalar('output');
  const description = rule.text('desc');
  if (condition === undefined || output === undefined || description === undefined) {
    return undefined;
  }
  return {
    condition: SplicedText.of({ source, scalar: condition }),
    conditionContext: rule.context.child('rule condition', condition),
    output: SplicedText.of({ source, scalar: output }),
    outputContext: rule.context.child('rule output', output),
    description,
  };
}

type RuleOptions = Pick<
  RuleEntry,
  'source' | 'enabled' | 'capture' | 'captureDurationMs' | 'warnEventTypes' | 'skipIfUnknownFilter'
>;

function readOptions(rule: ItemReader): RuleOptions {
  return {
    source: rule.optionalText('source') ?? SYSCALL_SOURCE,
    enabled: rule.optionalBoolean('enabled') ?? true,
    capture: rule.optionalBoolean('capture') ?? false,
    captureDurationMs: rule.optionalUint32('capture_duration') ?? 0,
    warnEventTypes: rule.optionalBoolean('warn_evttypes') ?? true,
    skipIfUnknownFilter: rule.optionalBoolean('skip-if-unknown-filter') ?? false,
  };
}
