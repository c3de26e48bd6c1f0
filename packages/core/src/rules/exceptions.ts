/**
 * Exceptions of rules: reading them and checking their shape. An exception names fields, how to
 * compare them, and values; a rule does not match where one of the values fits. `exception-
 * condition.ts` writes them as a condition.
 *
 * With a single field each value is one text; with a sequence of fields each value is a sequence of
 * as many.
 */

import { suggest } from '../base/suggest.ts';
import type { FieldCatalogue } from '../lang/field-catalogue.ts';
import { isOperator, MODIFIERS, OPERATORS, operatorWords } from '../lang/operators.ts';
import { parseCondition } from '../lang/parser.ts';
import { fieldsOf } from '../lang/visitor.ts';
import type { ExceptionEntry, ExceptionNode, ExceptionText } from './collection.ts';
import { ItemReader } from './item-reader.ts';
import type { OwnWords } from './result/file-report.ts';
import type { ItemContext } from './result/item-context.ts';
import { valueOf, type YamlMap, type YamlNode } from './yaml/yaml-node.ts';

/** Values of one exception, over all levels; aliases could otherwise multiply them without end. */
const VALUES_MAX = 1_000_000;
/**
 * A value of an exception is a text, a sequence of texts, or a sequence of those; anything deeper
 * means nothing.
 */
const DEPTH_MAX = 3;

/** For hints. */
const COMPARISON_WORDS = operatorWords(({ class: kind }) => kind !== 'unary');

const ABSENT: ExceptionText = { text: '', origin: undefined };

/**
 * The exceptions of a rule's item; empty when it has none, undefined when something is wrong. An
 * appended exception may leave its fields to the one that it adds to.
 */
export function readExceptions(
  item: ItemReader,
  mode: 'define' | 'append',
): readonly ExceptionEntry[] | undefined {
  const exceptions = valueOf(item.map, 'exceptions');
  if (exceptions === undefined || exceptions.kind === 'null') return [];
  const context = item.context.child('exceptions', exceptions);
  if (exceptions.kind !== 'sequence') {
    return item.fail('Rule exceptions must be a sequence', context);
  }
  const entries: ExceptionEntry[] = [];
  for (const node of exceptions.items) {
    const unnamed = context.child('exception', node);
    if (node.kind !== 'map') return item.fail('Rule exception must be a mapping', unnamed);
    const name = new NestedReader(item, node, unnamed).text('name');
    if (name === undefined) return undefined;
    const named = item.context.child('exception', node, name);
    if (entries.some((entry) => entry.name === name)) {
      item.report.warning(
        'LOAD_EXCEPTION_NAME_NOT_UNIQUE',
        `Multiple definitions of exception '${name}' in the same rule`,
        named,
      );
    }
    const entry = readException(new NestedReader(item, node, named), name, mode);
    if (entry === undefined) return undefined;
    entries.push(entry);
  }
  return entries;
}

/** Reads a mapping inside an item: its failure is the item's. */
class NestedReader extends ItemReader {
  readonly #item: ItemReader;

  constructor(item: ItemReader, map: YamlMap, context: ItemContext) {
    super(map, context, item.report);
    this.#item = item;
  }

  override fail(message: string, context: ItemContext = this.context, own?: OwnWords): undefined {
    return this.#item.fail(message, context, own);
  }
}

function readException(
  reader: ItemReader,
  name: string,
  mode: 'define' | 'append',
): ExceptionEntry | undefined {
  const { map, context, report } = reader;
  const fields = valueOf(map, 'fields');
  if (fields === undefined && mode === 'define') {
    return reader.fail("Item has no mapping for key 'fields'", context, {
      message: `exception "${name}" does not say which fields it compares`,
      hint: 'add "fields:" with a field or a sequence of fields',
    });
  }
  const budget = { left: VALUES_MAX };
  const fieldsNode = readKey(reader, 'fields', budget);
  const compsNode = fieldsNode && readKey(reader, 'comps', budget);
  if (fieldsNode === undefined || compsNode === undefined) return undefined;
  const values = valueOf(map, 'values');
  if (values === undefined && mode === 'append') {
    report.warning(
      'LOAD_APPEND_NO_VALUES',
      'Overriding/appending exception with no values',
      context,
    );
  }
  const valueNodes = values === undefined ? [] : readValues(reader, values, budget);
  if (valueNodes === undefined) return undefined;
  return { name, context, fields: fieldsNode, comps: compsNode, values: valueNodes };
}

function readKey(
  reader: ItemReader,
  key: 'fields' | 'comps',
  budget: { left: number },
): ExceptionNode | undefined {
  const node = valueOf(reader.map, key);
  if (node === undefined) return ABSENT;
  return readNode({ reader, node, context: reader.context.child('value for', node, key), budget });
}

function readValues(
  reader: ItemReader,
  values: YamlNode,
  budget: { left: number },
): readonly ExceptionNode[] | undefined {
  const context = reader.context.child('exception values', values);
  if (values.kind !== 'sequence') {
    return reader.fail('Rule exception values must be a sequence', context);
  }
  const nodes: ExceptionNode[] = [];
  for (const value of values.items) {
    const inValue = context.child('exception value', value).child('value for', value);
    const node = readNode({ reader, node: value, context: inValue, budget });
    if (node === undefined) return undefined;
    nodes.push(node);
  }
  return nodes;
}

interface NodeToRead {
  readonly reader: ItemReader;
  readonly node: YamlNode;
  readonly context: ItemContext;
  readonly budget: { left: number };
  readonly depth?: number;
}

function readNode({
  reader,
  node,
  context,
  budget,
  depth = 0,
}: NodeToRead): ExceptionNode | undefined {
  if (budget.left-- <= 0) {
    return reader.fail(`an exception must not have more than ${VALUES_MAX} values`, context);
  }
  if (node.kind === 'scalar') {
    if (node.text === '') return reader.fail('Value must be non-empty', context);
    return { text: node.text, origin: { source: context.source, scalar: node } };
  }
  if (node.kind !== 'sequence' || depth >= DEPTH_MAX) return ABSENT;
  const nodes: ExceptionNode[] = [];
  for (const item of node.items) {
    const inItem = context.child('exception', item).child('value for', item);
    const read = readNode({ reader, node: item, context: inItem, budget, depth: depth + 1 });
    if (read === undefined) return undefined;
    nodes.push(read);
  }
  return nodes;
}

export function isSequence(node: ExceptionNode): node is readonly ExceptionNode[] {
  return Array.isArray(node);
}

/** The text of a node; sequences have none. */
export function textOf(node: ExceptionNode): string {
  return isSequence(node) ? '' : node.text;
}

/** Whether something was written. */
export function isGiven(node: ExceptionNode): boolean {
  return isSequence(node) ? node.length > 0 : node.text !== '';
}

/** A text operator with a modifier, as `startswith oneof`. */
export function isModifiedOperator(comparison: string): boolean {
  const [operator, modifier, ...rest] = comparison.split(' ');
  const facts = OPERATORS.find(({ token }) => token === operator);
  return (
    facts?.class === 'string' && rest.length === 0 && MODIFIERS.some((word) => word === modifier)
  );
}

/**
 * The exception with its comparisons filled in, or undefined when fields and comparisons do not fit
 * each other. Without a catalogue (the rule's source is not known) fields are not looked up.
 */
export function checkException(
  exception: ExceptionEntry,
  catalogue: FieldCatalogue | undefined,
  rule: ItemReader,
): ExceptionEntry | undefined {
  const fail = (message: string, at: ExceptionNode, hint?: string): undefined => {
    const span = isSequence(at) ? undefined : at.origin?.scalar;
    const own = { ...(span && { span }), ...(hint !== undefined && { hint }) };
    return rule.failWith('LOAD_ERR_VALIDATE', message, exception.context, own);
  };
  warnOfExists(exception, rule);
  const comps = isSequence(exception.fields)
    ? checkComparisons(exception, exception.fields, fail)
    : checkComparison(exception, fail);
  if (comps === undefined) return undefined;
  const fields = isSequence(exception.fields) ? exception.fields : [exception.fields];
  for (const field of catalogue ? fields : []) {
    const name = textOf(field);
    if (catalogue && !isField(name, catalogue)) {
      const meant = suggest(name, catalogue.names());
      const hint = meant === undefined ? undefined : `did you mean "${meant}"?`;
      return fail(`'${name}' is not a supported filter field`, field, hint);
    }
  }
  return { ...exception, comps };
}

/**
 * Falco takes `exists` for a comparison: the rule is refused once the exception has values, which
 * cannot stand behind it, and passes until then.
 */
function warnOfExists({ comps }: ExceptionEntry, { report }: ItemReader): void {
  for (const comparison of isSequence(comps) ? comps : []) {
    if (isSequence(comparison) || textOf(trimmed(comparison)) !== 'exists') continue;
    if (comparison.origin === undefined) continue;
    const { source, scalar } = comparison.origin;
    report.own({
      code: 'wrong-operator',
      severity: 'warning',
      message: "'exists' compares with no value, so it cannot stand in an exception",
      source,
      span: { start: scalar.start, end: scalar.end },
      hint: `allowed are ${COMPARISON_WORDS}`,
    });
  }
}

type Fail = (message: string, at: ExceptionNode, hint?: string) => undefined;

/** For a sequence of fields: a comparison each. */
function checkComparisons(
  { comps }: ExceptionEntry,
  fields: readonly ExceptionNode[],
  fail: Fail,
): ExceptionNode | undefined {
  if (!isGiven(comps)) return fields.map(() => ({ text: '=', origin: undefined }));
  const given = isSequence(comps) ? comps : [];
  if (given.length !== fields.length) {
    return fail('Fields and comps lists must have equal length', comps);
  }
  const checked = given.map(trimmed);
  for (const comparison of checked) {
    const text = textOf(comparison);
    if (isOperator(text) || isModifiedOperator(text)) continue;
    const meant = suggest(
      text,
      OPERATORS.map(({ token }) => token),
    );
    const hint =
      meant === undefined ? `allowed are ${COMPARISON_WORDS}` : `did you mean "${meant}"?`;
    return fail(`'${text}' is not a supported comparison operator`, comparison, hint);
  }
  return checked;
}

const SINGLE_FIELD_COMPARISONS: readonly string[] = ['in', 'pmatch', 'intersects'];

/** For a single field: one that takes all values together. */
function checkComparison({ comps }: ExceptionEntry, fail: Fail): ExceptionNode | undefined {
  if (!isGiven(comps)) return { text: 'in', origin: undefined };
  if (isSequence(comps)) return fail('Fields and comps must both be strings', comps);
  const checked = trimmed(comps);
  const text = textOf(checked);
  if (SINGLE_FIELD_COMPARISONS.includes(text) || isModifiedOperator(text)) return checked;
  return fail(
    'When fields is a single value, comps must be one of (in, pmatch, intersects) or a modifier operator (e.g. startswith oneof)',
    comps,
  );
}

function trimmed(node: ExceptionNode): ExceptionNode {
  return isSequence(node)
    ? ABSENT
    : { ...node, text: node.text.replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, '') };
}

/** A field, or transformers around one. */
function isField(text: string, catalogue: FieldCatalogue): boolean {
  const { expr } = parseCondition(`${text} exists`);
  if (expr?.kind !== 'exists') return false;
  return fieldsOf(expr).every((field) => !('problem' in catalogue.resolve(field)));
}
