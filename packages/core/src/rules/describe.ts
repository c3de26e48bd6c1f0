/**
 * What `-L` and `-l RULE` tell about rules, macros and lists: JSON with Falco's keys, in the order
 * of their names. Sets, which Falco prints in no particular order, are sorted.
 */

import type { Expr, FieldRef } from '../lang/ast.ts';
import { parseCondition } from '../lang/parser.ts';
import { outputKey, templateFields } from '../lang/template.ts';
import { checksOf, fieldsOf, listNames, macroNames } from '../lang/visitor.ts';
import type { ExceptionEntry, RuleEntry } from './collection.ts';
import type { CompiledList, CompiledMacro, CompiledRule } from './compiled-set.ts';
import { EventTypeAnalysis, type EventTypeIndex, eventTypesIn } from './event-types.ts';
import { isGiven, isSequence, textOf } from './exceptions.ts';
import type { LoadResult } from './load-rules.ts';
import { macrosIn } from './macro-graph.ts';
import { printCompiled } from './print-compiled.ts';
import { formatPriority } from './priority.ts';
import type { Json, JsonObject } from './result/format-result.ts';
import { SYSCALL_SOURCE } from './rule-item.ts';
import { formatVersion } from './version.ts';

/** An index whose members have names. */
export interface NamedIndex extends EventTypeIndex {
  /** Undefined for members that are not listed: the generic events. */
  nameOf(type: number): string | undefined;
}

/** What a plugin brings, to tell which rules need it. */
export interface DescribedPlugin {
  readonly name: string;
  /** The source whose events it makes. */
  readonly eventSource?: string;
  /** Fields that it extracts, and for which sources; no source means all. */
  readonly extracts?: { readonly sources: readonly string[]; readonly fields: readonly string[] };
  readonly asyncEvents?: { readonly sources: readonly string[]; readonly names: readonly string[] };
}

export interface DescribeOptions {
  readonly events: NamedIndex;
  readonly syscalls: NamedIndex;
  readonly plugins: readonly DescribedPlugin[];
}

/** Event names of rules that do not look at system calls. */
const PLUGIN_EVENTS = ['asyncevent', 'pluginevent'];

/** Everything (`-L`). */
export function describeAll(result: LoadResult, options: DescribeOptions): JsonObject {
  const { collection, compiled } = result;
  const describer = new Describer(result, options);
  const version = collection.requiredEngineVersion;
  return {
    lists: compiled.lists.map((list) => describer.list(list)),
    macros: compiled.macros.map((macro) => describer.macro(macro)),
    required_engine_version: version === undefined ? '0.0.0' : formatVersion(version),
    required_plugin_versions: collection.pluginRequirements.map(([first, ...alternatives]) => ({
      alternatives: alternatives.map(({ name, version: wanted }) => ({ name, version: wanted })),
      name: first?.name ?? '',
      version: first?.version ?? '',
    })),
    rules: compiled.rules.map((rule) => describer.rule(rule)),
  };
}

/** One rule (`-l`); undefined when there is none of that name. */
export function describeRule(
  name: string,
  result: LoadResult,
  options: DescribeOptions,
): JsonObject | undefined {
  const compiled = result.compiled.rules.find(({ rule }) => rule.name === name);
  if (compiled === undefined) return undefined;
  return { rules: [new Describer(result, options).rule(compiled)] };
}

class Describer {
  readonly #lists: ReadonlySet<string>;
  readonly #macros: ReadonlyMap<string, Expr>;
  readonly #options: DescribeOptions;
  readonly #events: EventTypeAnalysis;
  readonly #syscalls: EventTypeAnalysis;

  constructor({ collection, compiled }: LoadResult, options: DescribeOptions) {
    this.#lists = new Set(collection.lists.keys());
    this.#macros = new Map(compiled.macros.map(({ macro }) => [macro.name, macro.condition.expr]));
    this.#options = options;
    this.#events = new EventTypeAnalysis(options.events, this.#macro);
    this.#syscalls = new EventTypeAnalysis(options.syscalls, this.#macro);
  }

  readonly #macro = (name: string): Expr | undefined => this.#macros.get(name);

  rule({ entry, rule, condition }: CompiledRule): JsonObject {
    const { expr } = rule.condition;
    const fields = this.#fields(expr);
    const extra = rule.extraFields ?? [];
    const outputFields = [
      ...extra.map(({ templateText }) => templateText),
      ...templateFields(rule.output).map(outputKey),
    ];
    const formatted = extra.filter(({ raw }) => !raw);
    const formattedFields = formatted.map(({ key, templateText }) => [key, templateText] as const);
    return {
      details: {
        condition_compiled: printCompiled(expr, this.#macro),
        condition_fields: fields.map(written),
        condition_operators: this.#operators(expr),
        events: this.#eventNames(rule.source, expr),
        exception_fields: exceptionFields(entry.exceptions),
        exception_names: sorted(entry.exceptions.map(({ name }) => name)),
        exception_operators: exceptionOperators(entry.exceptions),
        ...(formatted.length > 0 && {
          extra_output_formatted_fields: Object.fromEntries(formattedFields),
        }),
        ...this.#references(ownExpr(entry, condition.parsedExpr)),
        output_compiled: rule.outputText,
        output_fields: outputFields,
        plugins: this.#plugins(rule.source, expr, [...fields.map(written), ...outputFields]),
      },
      info: {
        capture: rule.capture,
        capture_duration: rule.captureDurationMs,
        condition: entry.condition.text,
        description: rule.description,
        enabled: rule.enabled,
        name: rule.name,
        output: entry.output.text.trim(),
        priority: formatPriority(rule.priority),
        source: rule.source,
        tags: rule.tags,
      },
    };
  }

  macro({ entry, macro, condition, used }: CompiledMacro): JsonObject {
    const { expr } = macro.condition;
    return {
      details: {
        condition_compiled: printCompiled(expr, this.#macro),
        condition_fields: this.#fields(expr).map(written),
        condition_operators: this.#operators(expr),
        events: this.#eventNames(SYSCALL_SOURCE, expr),
        ...this.#references(condition.parsedExpr),
        // A field may come from different plugins for different sources, and a macro has no source.
        plugins: [],
        used,
      },
      info: { condition: entry.condition.text, name: macro.name },
    };
  }

  list({ entry, items, used }: CompiledList): JsonObject {
    const nested = entry.items.filter((item) => this.#lists.has(item) && !items.includes(item));
    return {
      details: { items_compiled: items, lists: sorted(nested), plugins: [], used },
      info: { items: entry.items.filter((item) => !nested.includes(item)), name: entry.name },
    };
  }

  /** What the condition itself names, before anything is put in place. */
  #references(expr: Expr): { readonly lists: Json; readonly macros: Json } {
    const lists = [...listNames(expr)].filter((name) => this.#lists.has(name));
    const macros = [...macroNames(expr)].filter((name) => this.#macros.has(name));
    return { lists: sorted(lists), macros: sorted(macros) };
  }

  #fields(expr: Expr): FieldRef[] {
    const fields = new Map<string, FieldRef>();
    for (const part of this.#parts(expr)) {
      for (const field of fieldsOf(part)) fields.set(written(field), field);
    }
    return [...fields].sort(([left], [right]) => (left < right ? -1 : 1)).map(([, field]) => field);
  }

  #operators(expr: Expr): readonly string[] {
    const operators = this.#parts(expr).flatMap((part) =>
      checksOf(part).map((check) => {
        if (check.kind === 'exists') return 'exists';
        const { operator, modifier } = check;
        return modifier === undefined ? operator : `${operator} ${modifier}`;
      }),
    );
    return sorted(operators);
  }

  /** The condition and every macro below it. */
  #parts(expr: Expr): Expr[] {
    const parts = new Map<string, Expr>([['', expr]]);
    for (const part of parts.values()) {
      for (const { name } of macrosIn(part)) {
        const inner = this.#macros.get(name);
        if (inner !== undefined && !parts.has(name)) parts.set(name, inner);
      }
    }
    return [...parts.values()];
  }

  #eventNames(source: string, expr: Expr): readonly string[] {
    if (source !== SYSCALL_SOURCE) return PLUGIN_EVENTS;
    const { events, syscalls } = this.#options;
    const names = [
      ...eventTypesIn(this.#events.of(expr)).map((type) => events.nameOf(type)),
      ...eventTypesIn(this.#syscalls.of(expr)).map((type) => syscalls.nameOf(type)),
    ];
    return sorted(['asyncevent', ...names.filter((name) => name !== undefined)]);
  }

  #plugins(source: string, expr: Expr, fields: readonly string[]): readonly string[] {
    const names = new Set(fields.map((field) => field.replace(/\[.*$/s, '')));
    const eventNames = new Set(this.#parts(expr).flatMap(comparedEventNames));
    const serves = (sources: readonly string[]): boolean =>
      sources.length === 0 || sources.includes(source);
    const used = this.#options.plugins.filter(({ eventSource, extracts, asyncEvents }) => {
      if (eventSource === source) return true;
      if (extracts && serves(extracts.sources) && extracts.fields.some((name) => names.has(name))) {
        return true;
      }
      if (asyncEvents === undefined || !serves(asyncEvents.sources)) return false;
      return asyncEvents.names.some((name) => eventNames.has(name));
    });
    return sorted(used.map(({ name }) => name));
  }
}

/** The condition without the exceptions. */
function ownExpr(entry: RuleEntry, joined: Expr): Expr {
  if (entry.exceptions.length === 0) return joined;
  return parseCondition(entry.condition.text).expr ?? joined;
}

function written({ name, argument }: FieldRef): string {
  return argument === undefined || argument === '' ? name : `${name}[${argument}]`;
}

function comparedEventNames(expr: Expr): string[] {
  return checksOf(expr).flatMap((check) => {
    if (check.kind === 'exists' || check.left.kind !== 'field') return [];
    if (check.left.name !== 'evt.type' && check.left.name !== 'evt.asynctype') return [];
    const { right } = check;
    if (right.kind === 'literal') return [right.text];
    return right.kind === 'values' ? right.items.map(({ text }) => text) : [];
  });
}

/** Of the exceptions that have values: the others are no part of the condition. */
function exceptionFields(exceptions: readonly ExceptionEntry[]): readonly string[] {
  return sorted(
    exceptions
      .filter(({ values }) => values.length > 0)
      .flatMap(({ fields }) => (isSequence(fields) ? fields.map(textOf) : [textOf(fields)])),
  );
}

function exceptionOperators(exceptions: readonly ExceptionEntry[]): readonly string[] {
  return sorted(
    exceptions
      .filter(({ comps }) => isGiven(comps))
      .flatMap(({ comps }) => (isSequence(comps) ? comps.map(textOf) : [textOf(comps)])),
  );
}

function sorted(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)].sort();
}
