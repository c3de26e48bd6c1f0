/**
 * Source text for the evaluation of one event type: one function in which every rule's condition is
 * an expression over shared locals. What a rule needs at run time (extractors, tests, columns) is
 * handed in by position, never spelled in the source, so nothing from a rule file becomes code.
 */

import type { Text } from '../../base/text-table.ts';
import type { Extractor } from '../../fields/field.ts';
import type { EventContext } from '../../state/event-context.ts';
import type { Comparison } from '../comparison.ts';
import type { Predicate } from '../plain.ts';
import type { Gate } from './gate.ts';
import type { GroupNode, LeafNode, Node } from './node.ts';
import {
  decideText,
  decideThread,
  type Place,
  type TextPredicate,
  type VerdictCache,
} from './verdict-cache.ts';

/** One rule on one event type. */
export interface PlannedRule {
  /** Index into the engine's rules. */
  readonly index: number;
  readonly node: Node;
}

/** Sets larger than this are asked with `has`; smaller ones are compared one by one. */
const INLINE_SET_MAX = 4;

export interface GeneratedSource {
  readonly text: string;
  /** Values of the parameters of the outer function, in order of their names. */
  readonly names: readonly string[];
  readonly values: readonly unknown[];
}

/** Where cached predicates live; places are shared between event types. */
export interface Places {
  readonly cache: VerdictCache;
  readonly byNode: Map<Node, Place>;
  predicate(node: Node): Predicate;
  /** For nodes of lifetime text. */
  textPredicate(node: Node): TextPredicate;
  /**
   * Gates before the rules with these conditions, where there is a text that says something of
   * them.
   */
  gated(nodes: readonly Node[]): GatedRules | undefined;
}

/** Rules that one text may leave out. */
export interface GatedRules {
  readonly textKey: string;
  /** Gives the text on an event; undefined where values are not interned. */
  readonly text: ((context: EventContext) => Text | undefined) | undefined;
  /** Gives the value. */
  readonly extract: Extractor;
  /** Bit i of a gate's mask is for its i-th node. */
  readonly gates: readonly { readonly gate: Gate; readonly nodes: readonly Node[] }[];
}

export function generate(
  rules: readonly PlannedRule[],
  all: boolean,
  places: Places,
): GeneratedSource {
  return new Generator(places).generate(rules, all);
}

class Generator {
  readonly #places: Places;
  readonly #names: string[] = [];
  readonly #values: unknown[] = [];
  readonly #byValue = new Map<unknown, string>();
  /** Declarations around the function: what rules share, as variables and as functions. */
  readonly #shared: string[] = [];
  /** Statements at the start of every event: the shared variables are as if never asked. */
  readonly #resets: string[] = [];
  readonly #uses = new Map<Node, number>();
  readonly #operandUses = new Map<string, number>();
  readonly #functions = new Map<Node, string>();
  readonly #operands = new Map<string, string>();
  readonly #texts = new Map<string, number>();
  #usesVerdicts = false;

  constructor(places: Places) {
    this.#places = places;
  }

  generate(rules: readonly PlannedRule[], all: boolean): GeneratedSource {
    for (const { node } of rules) this.#count(node);
    const gates = this.#gates(rules);
    const tests = rules.map(({ index, node }) => {
      const gate = gates.bits.get(node);
      const condition =
        gate === undefined
          ? this.#expression(node)
          : `(${gate}) !== 0 && ${this.#rule(index, node)}`;
      const found = all ? `out[count++] = ${index};` : `{ out[0] = ${index}; return 1; }`;
      return `  if (${condition}) ${found}`;
    });
    const text = [
      'let value;',
      ...this.#shared,
      'function evaluateOpen(context, out) {',
      '  let count = 0;',
      ...this.#resets.map((reset) => `  ${reset}`),
      ...tests,
      '  return count;',
      '}',
      'return function evaluate(context, out) {',
      ...gates.statements.map((statement) => `  ${statement}`),
      '  return evaluateOpen(context, out);',
      '};',
    ].join('\n');
    return { text, names: this.#names, values: this.#values };
  }

  /**
   * A gated rule is a function of its own: V8 compiles it when its gate first opens, if ever, and
   * not each time that it improves the code of the whole event type.
   */
  #rule(index: number, node: Node): string {
    const expression = this.#expression(node);
    this.#shared.push(`function rule${index}(context) {`, `  return ${expression};`, '}');
    return `rule${index}(context)`;
  }

  /**
   * Masks of the rules that the event's text leaves over, and the end of the evaluation where they
   * are all of the rules and none is.
   */
  #gates(rules: readonly PlannedRule[]): { bits: Map<Node, string>; statements: string[] } {
    const bits = new Map<Node, string>();
    const statements = this.#commonGates(rules);
    const gated = this.#places.gated(rules.map(({ node }) => node));
    if (gated === undefined) return { bits, statements };
    const asked = this.#gateKey(gated, statements);
    gated.gates.forEach(({ gate, nodes }, number) => {
      const mask = `mask${number}`;
      this.#shared.push(`let ${mask} = 0;`);
      statements.push(`${mask} = ${this.#given('gate', gate)}.${asked};`);
      nodes.forEach((node, bit) => {
        bits.set(node, `${mask} & ${1 << bit}`);
      });
    });
    if (rules.every(({ node }) => bits.has(node))) {
      const masks = gated.gates.map((_, number) => `mask${number}`);
      statements.push(`if ((${masks.join(' | ')}) === 0) return 0;`);
    }
    return { bits, statements };
  }

  /** How a gate is asked: by the text, which is looked up here, or by the value. */
  #gateKey({ textKey, text, extract }: GatedRules, statements: string[]): string {
    if (text === undefined) return `maskOfName(${this.#given('x', extract)}(context))`;
    const names = this.#textVariables(textKey);
    const cache = this.#given('cache', this.#places.cache);
    statements.push(
      `${names.text} = ${this.#given('textOf', text)}(context);`,
      `${names.slot} = ${cache}.slotOf(${names.text});`,
    );
    return `maskOf(${names.text}, ${names.slot})`;
  }

  /** What every rule asks for and costs little is asked first, once. */
  #commonGates(rules: readonly PlannedRule[]): string[] {
    const [first, ...others] = rules.map(({ node }) => new Set(conjuncts(node)));
    const common = [...(first ?? [])].filter((node) => others.every((items) => items.has(node)));
    return common.flatMap((node) => {
      if (node.kind !== 'leaf' || node.lifetime !== 'event') return [];
      const { left } = node.comparison;
      if (!left.cheap) return [];
      const value = `(value = ${this.#given('x', left.extract)}(context))`;
      const test = this.#test(node.comparison, 'value');
      return [`if (${value} === undefined || !(${test})) return 0;`];
    });
  }

  /** How often nodes and operands are asked for: what is asked for more than once is shared. */
  #count(node: Node): void {
    const uses = (this.#uses.get(node) ?? 0) + 1;
    this.#uses.set(node, uses);
    if (node.lifetime !== 'event') return;
    if (node.kind === 'leaf') {
      const { key, cheap } = node.comparison.left;
      if (uses === 1 || cheap) this.#operandUses.set(key, (this.#operandUses.get(key) ?? 0) + 1);
    } else if (uses === 1 && node.kind === 'not') {
      this.#count(node.item);
    } else if (uses === 1 && (node.kind === 'and' || node.kind === 'or')) {
      for (const item of node.items) this.#count(item);
    }
  }

  /** A name inside the generated source for a value made here. */
  #given(prefix: string, value: unknown): string {
    const known = this.#byValue.get(value);
    if (known !== undefined) return known;
    const name = `${prefix}${this.#names.length}`;
    this.#names.push(name);
    this.#values.push(value);
    this.#byValue.set(value, name);
    return name;
  }

  #expression(node: Node): string {
    if (node.kind === 'constant') return String(node.value);
    if (node.lifetime !== 'event') return this.#cached(node);
    if (node.kind === 'not') return `!(${this.#expression(node.item)})`;
    // A cheap comparison costs less than remembering what came of it.
    const isCheap = node.kind === 'leaf' && node.comparison.left.cheap;
    if ((this.#uses.get(node) ?? 0) > 1 && !isCheap) return this.#sharedFunction(node);
    return this.#evaluation(node);
  }

  #evaluation(node: GroupNode | LeafNode): string {
    if (node.kind === 'leaf') return this.#leaf(node.comparison);
    const operator = node.kind === 'and' ? ' && ' : ' || ';
    return node.items.map((item) => `(${this.#expression(item)})`).join(operator);
  }

  /**
   * Evaluated when first asked for on an event. The memo is 0 for not asked yet, 1 false, 2 true.
   */
  #sharedFunction(node: GroupNode | LeafNode): string {
    let name = this.#functions.get(node);
    if (name === undefined) {
      name = `f${this.#functions.size}`;
      this.#functions.set(node, name);
      const memo = `${name}Memo`;
      const evaluation = this.#evaluation(node);
      this.#shared.push(
        `let ${memo} = 0;`,
        `function ${name}(context) {`,
        `  return ${memo} !== 0 ? ${memo} === 2 : (${memo} = (${evaluation}) ? 2 : 1) === 2;`,
        '}',
      );
      this.#resets.push(`${memo} = 0;`);
    }
    return `${name}(context)`;
  }

  #cached(node: Node): string {
    const { word, shift } = this.#placeOf(node);
    const predicate = this.#given('p', this.#places.predicate(node));
    if (node.lifetime === 'text') return this.#cachedByText(node, predicate);
    const verdicts = this.#verdicts();
    const decide = this.#given('decideThread', decideThread);
    const place = this.#given('place', this.#placeOf(node));
    const kept = `(${verdicts}[${word}] >> ${shift})`;
    return (
      `((${kept} & 2) !== 0 ? (${kept} & 1) !== 0` +
      ` : ${decide}(${predicate}, context, ${verdicts}, ${place}))`
    );
  }

  /** Where the event has no such text, the predicate is asked in the general way. */
  #cachedByText(node: Node, predicate: string): string {
    const { word, shift } = this.#placeOf(node);
    const { text, slot } = this.#textOf(node);
    const column = this.#given('c', this.#places.cache.column(word));
    const decide = this.#given('decideText', decideText);
    const ofText = this.#given('q', this.#places.textPredicate(node));
    const kept = `(${column}[${slot}] >> ${shift})`;
    return (
      `(${slot} >= 0 && (${kept} & 2) !== 0 ? (${kept} & 1) !== 0 : ${text} === undefined` +
      ` ? ${predicate}(context) : ${decide}(${ofText}, ${text}, ${column}, ${shift}))`
    );
  }

  #verdicts(): string {
    if (!this.#usesVerdicts) {
      const cache = this.#given('cache', this.#places.cache);
      this.#shared.push('let verdicts;');
      this.#resets.push(`verdicts = ${cache}.verdictsOf(context);`);
    }
    this.#usesVerdicts = true;
    return 'verdicts';
  }

  #placeOf(node: Node): Place {
    const known = this.#places.byNode.get(node);
    if (known !== undefined) return known;
    const { cache } = this.#places;
    const place =
      node.lifetime === 'thread' || node.lifetime === 'lineage'
        ? cache.threadPlace(node.lifetime)
        : cache.textPlace();
    this.#places.byNode.set(node, place);
    return place;
  }

  /** The variables that hold the node's text on this event, and its slot. */
  #textOf(node: Node): { text: string; slot: string } {
    const isNew = !this.#texts.has(node.textKey);
    const names = this.#textVariables(node.textKey);
    if (isNew) {
      const extract = this.#given('textOf', textExtractor(node));
      const cache = this.#given('cache', this.#places.cache);
      this.#resets.push(
        `${names.text} = ${extract}(context);`,
        `${names.slot} = ${cache}.slotOf(${names.text});`,
      );
    }
    return names;
  }

  #textVariables(textKey: string): { text: string; slot: string } {
    let number = this.#texts.get(textKey);
    if (number === undefined) {
      number = this.#texts.size;
      this.#texts.set(textKey, number);
      this.#shared.push(`let text${number};`, `let slot${number} = -1;`);
    }
    return { text: `text${number}`, slot: `slot${number}` };
  }

  #leaf(comparison: Comparison): string {
    const { left } = comparison;
    const extract = this.#given('x', left.extract);
    if ((this.#operandUses.get(left.key) ?? 0) < 2) {
      return `(value = ${extract}(context)) !== undefined && ${this.#test(comparison, 'value')}`;
    }
    if (left.cheap) {
      const operand = this.#operand(left.key, `${extract}(context)`);
      return `${operand} !== undefined && ${this.#test(comparison, operand)}`;
    }
    const unset = this.#given('unset', UNSET);
    const operand = this.#operand(left.key, unset);
    const current = `(${operand} === ${unset} ? (${operand} = ${extract}(context)) : ${operand})`;
    return `${current} !== undefined && ${this.#test(comparison, operand)}`;
  }

  /**
   * The variable of an operand that several comparisons ask for; `initial` is its value at the
   * start of an event.
   */
  #operand(key: string, initial: string): string {
    let operand = this.#operands.get(key);
    if (operand === undefined) {
      operand = `v${this.#operands.size}`;
      this.#operands.set(key, operand);
      this.#shared.push(`let ${operand};`);
      this.#resets.push(`${operand} = ${initial};`);
    }
    return operand;
  }

  /** Plain comparisons are spelled out; others call the comparison's own test. */
  #test(comparison: Comparison, local: string): string {
    const { left, constant, expr } = comparison;
    const simple = !left.list && left.quantifier === undefined && constant !== undefined;
    if (!simple || expr.kind === 'exists' || expr.modifier !== undefined) {
      return `${this.#given('t', comparison.test)}(${local}, context)`;
    }
    const scalars = constant.items.every((item) => typeof item !== 'object');
    const items = scalars ? constant.items.map((item) => this.#literal(item)) : [];
    const [first] = items;
    switch (expr.operator) {
      case '=':
      case '!=':
        if (first !== undefined)
          return `${local} ${expr.operator === '=' ? '===' : '!=='} ${first}`;
        break;
      case '<':
      case '<=':
      case '>':
      case '>=':
        if (first !== undefined) return `${local} ${expr.operator} ${first}`;
        break;
      case 'in':
      case 'intersects':
        if (scalars && items.length > 0 && items.length <= INLINE_SET_MAX) {
          return `(${items.map((item) => `${local} === ${item}`).join(' || ')})`;
        }
        break;
      default:
        break;
    }
    return `${this.#given('t', constant.test)}(${local})`;
  }

  #literal(value: unknown): string {
    if (typeof value === 'number' || typeof value === 'boolean') return String(value);
    return this.#given('k', value);
  }
}

/** What has to hold for the node to hold. */
function conjuncts(node: Node): readonly Node[] {
  return node.kind === 'and' ? node.items : [node];
}

/** Marks a local whose operand has not been extracted on this event. */
const UNSET: unique symbol = Symbol('unset');

/** How to get the Text that all leaves below the node ask about. */
function textExtractor(node: Node): unknown {
  if (node.kind === 'leaf') return node.comparison.left.text;
  if (node.kind === 'not') return textExtractor(node.item);
  const [first] = node.kind === 'constant' ? [] : node.items;
  return first === undefined ? undefined : textExtractor(first);
}
