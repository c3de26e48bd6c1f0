/**
 * The merged collection to rules that can run: lists put in place, references to macros made sure
 * of, fields and types checked, outputs parsed. Falco does this anew after every file, and reports
 * it with that file; so it is here, with everything kept from one time to the next that did not
 * change.
 */

import type { Collection } from './collection.ts';
import type { CompileOptions } from './compile-options.ts';
import { CompileScope } from './compile-scope.ts';
import type { CompiledList, CompiledMacro, CompiledRule, CompiledSet } from './compiled-set.ts';
import { ConditionStore } from './conditions.ts';
import { macrosIn } from './macro-graph.ts';
import { ResolvedLists } from './resolved-lists.ts';
import type { FileReport } from './result/file-report.ts';
import { RuleCompiler } from './rule-compiler.ts';

/** Some milliseconds of work. */
const RULES_PER_STEP = 16;

export class SetCompiler {
  readonly #collection: Collection;
  readonly #options: CompileOptions;
  readonly #store = new ConditionStore();
  readonly #rules = new RuleCompiler();
  #lists: ResolvedLists | undefined;

  constructor(collection: Collection, options: CompileOptions) {
    this.#collection = collection;
    this.#options = options;
  }

  /**
   * Everything as it is now. What is in error is reported and left out. The caller may do something
   * else between two steps, but not change the collection.
   */
  *compileInSteps(report: FileReport): Generator<void, CompiledSet> {
    const lists = new ResolvedLists(this.#collection.lists, this.#lists);
    this.#lists = lists;
    const scope = new CompileScope(this.#collection, this.#options, lists, this.#store);
    const usage = new Usage(lists.heldByOthers());
    reportCutLists(scope, report);
    const macros = compileMacros(scope, usage, report);
    yield;
    const rules = yield* this.#compileRules(scope, usage, report);
    const compiledLists: CompiledList[] = [];
    for (const entry of this.#collection.lists.values()) {
      const used = usage.lists.has(entry.name);
      compiledLists.push({ entry, items: lists.get(entry.name) ?? [], used });
    }
    const set: CompiledSet = {
      rules,
      macros: macros.map(({ entry, condition, macro }) => {
        return { entry, condition, macro, used: usage.macros.has(entry.name) };
      }),
      lists: compiledLists,
      eventTypes: scope.eventTypes,
    };
    warnUnused(set, report);
    return set;
  }

  *#compileRules(
    scope: CompileScope,
    usage: Usage,
    report: FileReport,
  ): Generator<void, CompiledRule[]> {
    const rules: CompiledRule[] = [];
    let sinceStep = 0;
    for (const entry of this.#collection.rules.values()) {
      if (entry.unknownSource) continue;
      if (++sinceStep === RULES_PER_STEP) {
        sinceStep = 0;
        yield;
      }
      const outcome = this.#rules.compile(entry, scope);
      outcome.problems.replay(report);
      if (outcome.condition !== undefined) usage.add(outcome.condition);
      if (outcome.compiled !== undefined) rules.push(outcome.compiled);
    }
    return rules;
  }
}

/** Which lists and macros something refers to. */
class Usage {
  readonly lists: Set<string>;
  readonly macros: Set<string> = new Set();

  constructor(lists: Set<string>) {
    this.lists = lists;
  }

  add({ expr, usedLists }: { expr: Parameters<typeof macrosIn>[0]; usedLists: Iterable<string> }) {
    for (const name of usedLists) this.lists.add(name);
    for (const { name } of macrosIn(expr)) this.macros.add(name);
  }
}

/**
 * First all are parsed, then their references are followed: that is the order of Falco's errors.
 */
function compileMacros(
  scope: CompileScope,
  usage: Usage,
  report: FileReport,
): Omit<CompiledMacro, 'used'>[] {
  for (const entry of scope.collection.macros.values()) {
    const { name, condition: text, conditionContext: context, index, visibility } = entry;
    const condition = scope.parse({ text, name: `condition of macro "${name}"`, context }, report);
    const macro = condition && { entry, condition, expr: condition.expr, index, visibility };
    scope.macros.set(name, macro);
  }
  const compiled: Omit<CompiledMacro, 'used'>[] = [];
  for (const macro of scope.macros.values()) {
    if (macro === undefined) continue;
    const { entry, condition, visibility } = macro;
    const problems = scope.graph.problemsInMacro(entry.name, macro);
    usage.add(condition);
    if (problems.length > 0) {
      const falco = scope.replay.macroError(
        entry.condition.text,
        ({ index }) => index < visibility,
      );
      const found = { reporter: report, falco };
      scope.reportMacroProblems(problems, condition, entry.context, found);
      continue;
    }
    const { expr, source } = condition;
    compiled.push({ entry, condition, macro: { name: entry.name, condition: { expr, source } } });
  }
  return compiled;
}

function reportCutLists({ lists, collection }: CompileScope, report: FileReport): void {
  for (const name of lists.cut) {
    const context = collection.lists.get(name)?.context;
    if (context === undefined) continue;
    report.error(
      'LOAD_ERR_VALIDATE',
      `List '${name}' nests too deep or holds too many items`,
      context,
    );
  }
}

function warnUnused({ macros, lists }: CompiledSet, report: FileReport): void {
  for (const { entry, used } of macros) {
    if (used) continue;
    const message = 'Macro not referred to by any other rule/macro';
    report.warning('LOAD_UNUSED_MACRO', message, entry.context, {
      message: `nothing uses macro "${entry.name}"`,
    });
  }
  for (const { entry, used } of lists) {
    if (used) continue;
    const message = 'List not referred to by any other rule/macro';
    report.warning('LOAD_UNUSED_LIST', message, entry.context, {
      message: `nothing uses list "${entry.name}"`,
    });
  }
}
