/**
 * Fields and transformers: what stands at the left of an operator, after `val(`, and after `%` in
 * outputs.
 */

import type {
  FieldRef,
  LiteralList,
  Operand,
  TransformArgument,
  TransformerName,
  TransformRef,
} from './ast.ts';
import {
  missingArgument,
  missingTransformArgument,
  missingTransformItem,
  unclosedBracket,
  unclosedList,
  unclosedTransform,
} from './operand-errors.ts';
import type { ParseState } from './parse-state.ts';
import { TRANSFORMERS } from './transformers.ts';

const openings = TRANSFORMERS.map((facts) => ({ name: facts.name, opening: `${facts.name}(` }));

/** Takes `tolower(` and the like, with the blanks after it. */
export function takeTransformer(state: ParseState): TransformerName | undefined {
  const found = openings.find(({ opening }) => state.scanner.take(opening));
  if (found !== undefined) state.scanner.blank();
  return found?.name;
}

/** `FieldName [ '[' argument ']' ]`, the name being read already; `start` is where it began. */
export function fieldRest(state: ParseState, name: string, start: number): FieldRef | undefined {
  return state.nested(() => {
    const argument = optionalArgument(state, name);
    if (argument === undefined) return undefined;
    return { kind: 'field', name, argument: argument.text, span: state.spanFrom(start) };
  });
}

/** `Argument { ',' Argument } ')' [ '[' argument ']' ]`, the opening being read already. */
export function transformRest(
  state: ParseState,
  name: TransformerName,
  start: number,
): TransformRef | undefined {
  return state.nested(() => {
    const head = transformHead(state, name, start);
    const argument = head && optionalArgument(state, `${name}(...)`);
    if (head === undefined || argument === undefined) return undefined;
    return { ...head, argument: argument.text, span: state.spanFrom(start) };
  });
}

/** The same up to the `)`. */
export function transformHead(
  state: ParseState,
  name: TransformerName,
  start: number,
): TransformRef | undefined {
  const args = transformArguments(state, name, start);
  if (args === undefined) return state.leaveParenthesis();
  return { kind: 'transform', name, args, argument: undefined, span: state.spanFrom(start) };
}

function transformArguments(
  state: ParseState,
  name: TransformerName,
  start: number,
): TransformArgument[] | undefined {
  const { scanner } = state;
  const args: TransformArgument[] = [];
  scanner.blank();
  do {
    const argument = transformArgument(state, name);
    if (argument === undefined) return undefined;
    args.push(argument);
    scanner.blank();
  } while (scanner.take(','));
  if (scanner.take(')')) return args;
  const open = { start, end: start + name.length + 1 };
  return state.fail(unclosedTransform(state.text, state.at, open));
}

/** What stands in brackets, if brackets follow at once; undefined after an error. */
export function optionalArgument(
  state: ParseState,
  owner: string,
): { readonly text: string | undefined } | undefined {
  const { scanner } = state;
  const open = { start: state.at, end: state.at + 1 };
  if (!scanner.take('[')) return { text: undefined };
  const text = state.quoted() ?? scanner.token('bareArgument');
  if (text === undefined) return state.failText(missingArgument(owner, state.text, state.at));
  if (!scanner.take(']')) return state.fail(unclosedBracket(state.text, state.at, open));
  return { text };
}

function transformArgument(
  state: ParseState,
  name: TransformerName,
): TransformArgument | undefined {
  return state.nested(() => {
    const { scanner } = state;
    scanner.blank();
    const start = state.at;
    const number = scanner.number();
    if (number !== undefined) return literal(state, number, false, start);
    const quoted = state.quoted();
    if (quoted !== undefined) return literal(state, quoted, true, start);
    if (scanner.take('(')) return listRest(state, start);
    const operand = takeOperand(state);
    if (operand !== 'none') return operand;
    return state.failText(missingTransformArgument(name, state.text, state.at));
  });
}

/** `[ Item { ',' Item } ] ')'`, the `(` being read already. */
function listRest(state: ParseState, start: number): LiteralList | undefined {
  const items = listItems(state, start);
  if (items === undefined) return state.leaveParenthesis();
  return { kind: 'list', items, span: state.spanFrom(start) };
}

function listItems(state: ParseState, start: number): TransformArgument[] | undefined {
  const { scanner } = state;
  const items: TransformArgument[] = [];
  scanner.blank();
  if (scanner.take(')')) return items;
  do {
    scanner.blank();
    const item = listItem(state);
    if (item === undefined) return undefined;
    items.push(item);
    scanner.blank();
  } while (scanner.take(','));
  if (scanner.take(')')) return items;
  const open = { start, end: start + 1 };
  return state.fail(unclosedList(state.text, state.at, open));
}

function listItem(state: ParseState): TransformArgument | undefined {
  const start = state.at;
  const operand = takeOperand(state);
  if (operand !== 'none') return operand;
  const quoted = state.quoted();
  if (quoted !== undefined) return literal(state, quoted, true, start);
  const number = state.scanner.number();
  if (number !== undefined) return literal(state, number, false, start);
  return state.failText(missingTransformItem(state.text, state.at));
}

/** A field or a transformer; 'none' when neither stands here, undefined after an error in one. */
export function takeOperand(state: ParseState): Operand | undefined | 'none' {
  const start = state.at;
  const field = state.scanner.token('fieldName');
  if (field !== undefined) return fieldRest(state, field, start);
  const name = takeTransformer(state);
  if (name !== undefined) return transformRest(state, name, start);
  return 'none';
}

function literal(
  state: ParseState,
  text: string,
  quoted: boolean,
  start: number,
): TransformArgument {
  return { kind: 'literal', text, quoted, span: state.spanFrom(start) };
}
