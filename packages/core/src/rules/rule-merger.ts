/**
 * Puts rules into the collection: new ones, what is appended to earlier ones, and what replaces
 * keys of them.
 */

import { suggest } from '../base/suggest.ts';
import type { Collection, ExceptionEntry, RuleEntry, RuleUpdate } from './collection.ts';
import type { SourceFields } from './compile-options.ts';
import { checkException, isGiven } from './exceptions.ts';
import type { ItemReader } from './item-reader.ts';
import { NO_RULE_TO_APPEND_TO, NO_RULE_TO_REPLACE, RULE_CHANGES_SOURCE } from './merge-messages.ts';
import type { ItemContext } from './result/item-context.ts';
import { sortedTags } from './rule-keys.ts';

export class RuleMerger {
  readonly collection: Collection;
  readonly #sources: ReadonlyMap<string, SourceFields>;

  constructor(collection: Collection, sources: ReadonlyMap<string, SourceFields>) {
    this.collection = collection;
    this.#sources = sources;
  }

  define(entry: Omit<RuleEntry, 'index' | 'visibility'>, rule: ItemReader): void {
    const { name, source, context } = entry;
    if (!this.#sameSource(name, source, rule)) return;
    const unknownSource = !this.#sources.has(source);
    if (unknownSource) {
      const meant = suggest(source, this.#sources.keys());
      const hint =
        meant === undefined
          ? 'a plugin that provides it is not loaded'
          : `did you mean "${meant}"?`;
      rule.report.warning('LOAD_UNKNOWN_SOURCE', `Unknown source ${source}, skipping`, context, {
        message: `nothing provides events of source "${source}", so this rule is left out`,
        hint,
      });
    }
    const exceptions: ExceptionEntry[] = [];
    for (const exception of entry.exceptions) {
      const message = 'Rule exception item must have fields property with a list of fields';
      if (!isGiven(exception.fields)) {
        refuse(rule, message, exception.context);
        continue;
      }
      const checked = checkException(exception, this.#sources.get(source)?.catalogue, rule);
      if (checked !== undefined) exceptions.push(checked);
    }
    this.collection.defineRule({ ...entry, exceptions, unknownSource });
  }

  /** Whether it was done. */
  append(update: RuleUpdate, rule: ItemReader): boolean {
    const previous = this.#previous(update, rule, 'append');
    if (previous === undefined) return false;
    const exceptions = this.#appendedExceptions(previous, update.exceptions ?? [], rule);
    if (exceptions === undefined) return false;
    const { condition, output, description, tags = [] } = update;
    this.collection.defineRule({
      ...previous,
      condition: condition ? previous.condition.append(condition) : previous.condition,
      output: output ? previous.output.append(output) : previous.output,
      description: description
        ? `${previous.description} ${description.text}`
        : previous.description,
      tags: sortedTags([...previous.tags, ...tags]),
      exceptions,
    });
    return true;
  }

  /** Whether it was done. */
  replace(update: RuleUpdate, rule: ItemReader): boolean {
    const previous = this.#previous(update, rule, 'replace');
    if (previous === undefined) return false;
    const exceptions = this.#replacedExceptions(previous, update.exceptions, rule);
    if (exceptions === undefined) return false;
    this.collection.defineRule({
      ...previous,
      condition: update.condition ?? previous.condition,
      output: update.output ?? previous.output,
      description: update.description?.text ?? previous.description,
      tags: update.tags ?? previous.tags,
      exceptions,
      priority: update.priority ?? previous.priority,
      capture: update.capture ?? previous.capture,
      captureDurationMs: update.captureDurationMs ?? previous.captureDurationMs,
      enabled: update.enabled ?? previous.enabled,
      warnEventTypes: update.warnEventTypes ?? previous.warnEventTypes,
      skipIfUnknownFilter: update.skipIfUnknownFilter ?? previous.skipIfUnknownFilter,
    });
    return true;
  }

  #previous(
    update: RuleUpdate,
    rule: ItemReader,
    operation: 'append' | 'replace',
  ): RuleEntry | undefined {
    const { name, source, context } = update;
    if (!this.#sameSource(name, source, rule)) return undefined;
    const previous = this.collection.rules.get(name);
    if (previous === undefined) {
      if (this.collection.refused.has(`rule ${name}`)) return undefined;
      const message = operation === 'append' ? NO_RULE_TO_APPEND_TO : NO_RULE_TO_REPLACE;
      const meant = this.collection.suggest(name, this.collection.rules.keys());
      return rule.failWith('LOAD_ERR_VALIDATE', message, context, {
        message: `there is no rule "${name}" before this to ${operation === 'append' ? 'append to' : 'override'}`,
        ...(meant !== undefined && { hint: `did you mean "${meant}"?` }),
      });
    }
    if (isEmpty(update)) {
      const message =
        operation === 'append'
          ? 'Appended rule must have exceptions or condition property'
          : 'The rule must have at least one field that can be replaced';
      return rule.failWith('LOAD_ERR_VALIDATE', message, context);
    }
    return previous;
  }

  #sameSource(name: string, source: string, rule: ItemReader): boolean {
    const previous = this.collection.rules.get(name)?.source ?? '';
    if (previous === '' || source === '' || previous === source) return true;
    rule.failWith('LOAD_ERR_VALIDATE', RULE_CHANGES_SOURCE, rule.context, {
      message: `rule "${name}" was defined for source "${previous}" and cannot be redefined for "${source}"`,
    });
    return false;
  }

  /** A known exception gets more values; a new one must be whole. */
  #appendedExceptions(
    { exceptions, source }: RuleEntry,
    added: readonly ExceptionEntry[],
    rule: ItemReader,
  ): readonly ExceptionEntry[] | undefined {
    const merged = [...exceptions];
    for (const exception of added) {
      const { name, fields, comps, values, context } = exception;
      const index = merged.findIndex((known) => known.name === name);
      const known = merged[index];
      const problem = known ? extraKey(fields, comps) : missingKey(exception);
      if (problem !== undefined) {
        return refuse(rule, problem, context);
      }
      if (known !== undefined) {
        merged[index] = { ...known, values: [...known.values, ...values] };
        continue;
      }
      const checked = checkException(exception, this.#sources.get(source)?.catalogue, rule);
      if (checked === undefined) return undefined;
      merged.push(checked);
    }
    return merged;
  }

  /**
   * Falco takes these unchecked and fails later, or not at all; they are checked like those of a
   * definition.
   */
  #replacedExceptions(
    { exceptions, source }: RuleEntry,
    replacement: readonly ExceptionEntry[] | undefined,
    rule: ItemReader,
  ): readonly ExceptionEntry[] | undefined {
    if (replacement === undefined) return exceptions;
    const checked: ExceptionEntry[] = [];
    for (const exception of replacement) {
      const one = checkException(exception, this.#sources.get(source)?.catalogue, rule);
      if (one === undefined) return undefined;
      checked.push(one);
    }
    return checked;
  }
}

function isEmpty(update: RuleUpdate): boolean {
  const always: ReadonlySet<string> = new Set(['name', 'context', 'source']);
  return Object.entries(update).every(([key, value]) => always.has(key) || value === undefined);
}

function refuse(rule: ItemReader, message: string, context: ItemContext): undefined {
  return rule.failWith('LOAD_ERR_VALIDATE', message, context);
}

function extraKey(
  fields: ExceptionEntry['fields'],
  comps: ExceptionEntry['comps'],
): string | undefined {
  if (isGiven(fields)) return 'Can not append exception fields to existing exception, only values';
  if (isGiven(comps)) return 'Can not append exception comps to existing exception, only values';
  return undefined;
}

function missingKey({ fields, values }: ExceptionEntry): string | undefined {
  if (!isGiven(fields)) return 'Rule exception must have fields property with a list of fields';
  if (values.length === 0) return 'Rule exception must have values property with a list of values';
  return undefined;
}
