/**
 * The fast evaluator: one generated function per event type, made when the type is first seen. Hot
 * at `evaluate`. It must answer as the plain evaluator does:
 * engine/differential.test.ts compares them. Benchmark: rules in bench/.
 */

import { assert } from '../../base/assert.ts';
import type { ByteString } from '../../base/host.ts';
import { EVENT_TYPES } from '../../events/event-table.ts';
import type { Expr } from '../../lang/ast.ts';
import type { EventContext } from '../../state/event-context.ts';
import type { SystemState } from '../../state/system-state.ts';
import { hasResult } from '../has-result.ts';
import type { FieldBinder } from '../operand.ts';
import type { MacroConditions, Predicate } from '../plain.ts';
import { Folder } from './fold.ts';
import { Gates } from './gates.ts';
import { generate, type Places } from './generate.ts';
import { type Node, NodeTable } from './node.ts';
import { type TextPredicate, VerdictCache } from './verdict-cache.ts';

/** Writes the indices of matching rules into `out`, in order, and returns how many. */
export type Evaluator = (context: EventContext, out: number[]) => number;

/** All that the evaluator wants of a rule. */
export interface ConditionHolder {
  readonly condition: { readonly expr: Expr };
}

const matchesNothing: Evaluator = () => 0;

/** Does the work, which is seldom done: where the host knows a better way for that. */
export type Once = <Result>(work: () => Result) => Result;

export interface FastOptions {
  readonly fields: FieldBinder;
  readonly macros: MacroConditions;
  readonly state: SystemState;
  /** All matching rules, or only the first. */
  readonly all: boolean;
  /** Around the preparation of an event type. */
  readonly once: Once;
}

export class FastEvaluator {
  readonly #rules: readonly ConditionHolder[];
  readonly #options: FastOptions;
  readonly #nodes: NodeTable = new NodeTable();
  readonly #folder: Folder;
  readonly #places: Places;
  readonly #evaluators: (Evaluator | undefined)[];

  constructor(rules: readonly ConditionHolder[], options: FastOptions) {
    this.#rules = rules;
    this.#options = options;
    this.#folder = new Folder(this.#nodes, options.fields, options.macros);
    this.#evaluators = Array.from({ length: EVENT_TYPES }, () => undefined);
    const predicates = new Map<Node, Predicate>();
    const cache = new VerdictCache(options.state.texts, options.state.threads);
    const gates = new Gates(cache);
    this.#places = {
      cache,
      byNode: new Map(),
      predicate: (node) => predicateOf(node, predicates),
      textPredicate,
      gated: (nodes) => gates.before(nodes),
    };
  }

  evaluate(context: EventContext, out: number[]): number {
    const type = context.event.type;
    const evaluator = this.#evaluators[type] ?? this.#prepareOnce(type);
    return evaluator(context, out);
  }

  /** Source of the function for an event type: for tests and the curious. */
  sourceFor(type: number): string {
    return this.#generate(type).text;
  }

  /** Apart from `evaluate`, which would make room for what the closure captures on every event. */
  #prepareOnce(type: number): Evaluator {
    return this.#options.once(() => this.#prepare(type));
  }

  #prepare(type: number): Evaluator {
    const { text, names, values } = this.#generate(type);
    let evaluator = matchesNothing;
    if (text !== '') {
      // The source is made of names and operators of generate.ts alone; what rules contain is
      // handed in as values.
      // oxlint-disable-next-line no-new-func, no-implied-eval, no-unsafe-call -- see above
      evaluator = new Function(...names, text)(...values) as Evaluator;
    }
    this.#evaluators[type] = evaluator;
    return evaluator;
  }

  #generate(type: number) {
    const planned = this.#rules.flatMap((rule, index) => {
      const node = this.#folder.fold(rule.condition.expr, type);
      return node === this.#nodes.false ? [] : [{ index, node }];
    });
    if (planned.length === 0) return { text: '', names: [], values: [] };
    return generate(planned, this.#options.all, this.#places);
  }
}

/** A node of lifetime text as a function of the string alone: nothing is extracted. */
function textPredicate(node: Node): TextPredicate {
  const test = stringPredicate(node);
  return (text) => test(text.string);
}

function stringPredicate(node: Node): (text: ByteString) => boolean {
  switch (node.kind) {
    case 'constant':
      return () => node.value;
    case 'not': {
      const item = stringPredicate(node.item);
      return (text) => !item(text);
    }
    case 'and':
    case 'or': {
      const items = node.items.map(stringPredicate);
      return node.kind === 'and'
        ? (text) => !hasResult(items, text, false)
        : (text) => hasResult(items, text, true);
    }
    case 'leaf': {
      const { constant, left } = node.comparison;
      assert(constant !== undefined, 'a text is compared with literals');
      const { test } = constant;
      const { ofText } = left;
      return ofText === undefined ? test : (text) => test(ofText(text));
    }
  }
}

/** A node as closures: what decides a cached verdict the first time. */
function predicateOf(node: Node, known: Map<Node, Predicate>): Predicate {
  let predicate = known.get(node);
  if (predicate === undefined) {
    predicate = compileNode(node, known);
    known.set(node, predicate);
  }
  return predicate;
}

function compileNode(node: Node, known: Map<Node, Predicate>): Predicate {
  switch (node.kind) {
    case 'constant':
      return () => node.value;
    case 'not': {
      const item = predicateOf(node.item, known);
      return (context) => !item(context);
    }
    case 'and':
    case 'or': {
      const items = node.items.map((item) => predicateOf(item, known));
      return node.kind === 'and'
        ? (context) => !hasResult(items, context, false)
        : (context) => hasResult(items, context, true);
    }
    case 'leaf': {
      const { left, test } = node.comparison;
      return (context) => {
        const value = left.extract(context);
        return value !== undefined && test(value, context);
      };
    }
  }
}
