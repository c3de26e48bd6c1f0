/** Rules of the collection to rules that can run. */

import type { ExceptionNode, RuleEntry } from './collection.ts';
import type { CompileScope } from './compile-scope.ts';
import type { CompiledRule } from './compiled-set.ts';
import { conditionProblems } from './condition-checks.ts';
import type { ExpandedCondition } from './conditions.ts';
import { withExceptions } from './exception-condition.ts';
import { isSequence, textOf } from './exceptions.ts';
import { ProblemLog } from './result/file-report.ts';
import type { RuleException } from './rule.ts';
import { compileOutput } from './rule-output.ts';
import type { SplicedText } from './spliced-text.ts';

export interface RuleOutcome {
  readonly problems: ProblemLog;
  /** Set when the condition could be parsed, whatever else is wrong. */
  readonly condition: ExpandedCondition | undefined;
  /** Undefined when the rule is in error or skipped. */
  readonly compiled: CompiledRule | undefined;
}

/** The condition with the exceptions, or why they could not be joined. */
interface JoinedText {
  /** Without the exceptions when these are wrong: it can be checked then and not be run. */
  readonly text: SplicedText;
  readonly whole: boolean;
  readonly problems: ProblemLog;
}

/** What an outcome follows from. */
interface Basis {
  readonly meaning: readonly unknown[];
  readonly places: readonly unknown[];
}

export class RuleCompiler {
  readonly #joined = new WeakMap<RuleEntry, JoinedText>();
  readonly #outcomes = new Map<string, { outcome: RuleOutcome; basis: Basis }>();

  /**
   * Gives the same outcome as before when neither the rule nor anything that it refers to has
   * changed. Where there are problems to tell, not even the places may have changed.
   */
  compile(entry: RuleEntry, scope: CompileScope): RuleOutcome {
    const joined = this.#join(entry);
    const parsing = new ProblemLog();
    const condition = parse(entry, joined.text, scope, parsing);
    const below = condition ? scope.macrosBelow(condition.expr) : [];
    const conditions = condition ? [condition, ...below.map((macro) => macro.condition)] : [];
    const basis = {
      meaning: [entry, ...conditions.map(({ expr }) => expr)],
      places: conditions.map(({ text }) => text),
    };
    const known = this.#outcomes.get(entry.name);
    if (known !== undefined && areSame(known.basis.meaning, basis.meaning)) {
      const silent = known.outcome.problems.isEmpty;
      if (silent || areSame(known.basis.places, basis.places)) return known.outcome;
    }
    const outcome = compileRule({ entry, condition, scope, joined, parsing });
    this.#outcomes.set(entry.name, { outcome, basis });
    return outcome;
  }

  #join(entry: RuleEntry): JoinedText {
    const known = this.#joined.get(entry);
    if (known !== undefined) return known;
    const problems = new ProblemLog();
    const text = withExceptions(entry.condition, entry.exceptions, problems);
    const joined = { text: text ?? entry.condition, whole: text !== undefined, problems };
    this.#joined.set(entry, joined);
    return joined;
  }
}

function areSame(left: readonly unknown[], right: readonly unknown[]): boolean {
  return left.length === right.length && left.every((part, at) => part === right[at]);
}

function parse(
  { name, conditionContext: context }: RuleEntry,
  text: SplicedText,
  scope: CompileScope,
  problems: ProblemLog,
): ExpandedCondition | undefined {
  return scope.parse({ text, name: `condition of rule "${name}"`, context }, problems);
}

/** In Falco's order: exceptions, output, syntax of the condition, macros, types, event types. */
function compileRule(parts: {
  readonly entry: RuleEntry;
  readonly condition: ExpandedCondition | undefined;
  readonly scope: CompileScope;
  readonly joined: JoinedText;
  readonly parsing: ProblemLog;
}): RuleOutcome {
  const { entry, condition, scope, joined, parsing } = parts;
  const problems = new ProblemLog();
  joined.problems.replay(problems);
  const output = compileOutput(entry, scope.options, problems);
  if (output === 'skipped') return { problems, condition: undefined, compiled: undefined };
  parsing.replay(problems);
  if (condition === undefined) return { problems, condition, compiled: undefined };
  const eventTypes = conditionProblems(entry, condition, scope, problems);
  if (eventTypes === undefined || output === undefined || !joined.whole) {
    return { problems, condition, compiled: undefined };
  }
  const { expr, source } = condition;
  const rule = {
    name: entry.name,
    index: entry.index,
    source: entry.source,
    description: entry.description,
    priority: entry.priority,
    tags: entry.tags,
    enabled: entry.enabled,
    capture: entry.capture,
    captureDurationMs: entry.captureDurationMs,
    exceptions: entry.exceptions.map(({ name, fields, comps, values }) => ({
      name,
      fields: textsOf(fields),
      comps: textsOf(comps),
      values: values.map(valueOfNode),
    })),
    warnEventTypes: entry.warnEventTypes,
    condition: { expr, source },
    conditionText: entry.condition.text,
    ...output,
    definedAt: { source: entry.context.source, span: entry.context.span },
  };
  return { problems, condition, compiled: { entry, rule, condition, eventTypes } };
}

function textsOf(node: ExceptionNode): string | readonly string[] {
  return isSequence(node) ? node.map(textOf) : node.text;
}

function valueOfNode(node: ExceptionNode): RuleException['values'][number] {
  if (!isSequence(node)) return node.text;
  return node.map((element) => (isSequence(element) ? element.map(textOf) : element.text));
}
