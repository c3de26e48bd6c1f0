/** What stands at the right of an operator: numbers, texts, lists, and other fields. */

import type { Span } from '../base/source.ts';
import type { FieldRef, List, ListName, Literal, Reference, Right } from './ast.ts';
import { unclosedVal, valArgument, valNeedsField } from './operand-errors.ts';
import { fieldRest, optionalArgument, takeTransformer, transformRest } from './operand-parser.ts';
import type { OperatorFacts } from './operators.ts';
import type { ParseState } from './parse-state.ts';
import {
  listNotContinued,
  missingItem,
  missingList,
  missingNumber,
  missingText,
} from './right-errors.ts';

/**
 * `checkStart` is where the comparison began: Falco blames that place for what it finds while
 * compiling.
 */
export function numericRight(
  state: ParseState,
  operator: OperatorFacts,
  checkStart: number,
): Right | undefined {
  return state.nested(() => {
    state.scanner.blank();
    const reference = optionalReference(state, checkStart);
    if (reference !== 'none') return reference;
    const start = state.at;
    const text = state.scanner.number();
    if (text !== undefined) return literal(state, text, false, start);
    return state.fail(missingNumber(operator, state.text, state.at));
  });
}

export function textRight(
  state: ParseState,
  operator: OperatorFacts,
  checkStart: number,
): Right | undefined {
  return state.nested(() => {
    state.scanner.blank();
    const reference = optionalReference(state, checkStart);
    if (reference !== 'none') return reference;
    return takeText(state) ?? state.failText(missingText(operator, state.text, state.at));
  });
}

export function listRight(
  state: ParseState,
  operator: OperatorFacts,
  checkStart: number,
): Right | undefined {
  return state.nested(() => {
    state.scanner.blank();
    if (state.scanner.isNext('(')) return values(state);
    const reference = optionalReference(state, checkStart);
    if (reference !== 'none') return reference;
    return listName(state) ?? state.fail(missingList(operator.token, state.text, state.at));
  });
}

/** After `= anyof` and the like; `written` is the operator with its modifier. */
export function modifiedRight(state: ParseState, written: string): Right | undefined {
  return state.nested(() => {
    state.scanner.blank();
    if (state.scanner.isNext('(')) return values(state);
    return listName(state) ?? state.fail(missingList(written, state.text, state.at));
  });
}

/** `'(' [ Text { ',' Text } ] ')'` */
function values(state: ParseState): List | undefined {
  const start = state.at;
  state.scanner.take('(');
  const items = valueItems(state, { start, end: start + 1 });
  if (items === undefined) return state.leaveParenthesis();
  return { kind: 'values', items, span: state.spanFrom(start) };
}

function valueItems(state: ParseState, open: Span): Literal[] | undefined {
  const { scanner } = state;
  const items: Literal[] = [];
  scanner.blank();
  if (!scanner.isNext(')')) {
    do {
      const item = valueItem(state, items.length === 0, open);
      if (item === undefined) return undefined;
      items.push(item);
      scanner.blank();
    } while (scanner.take(','));
  }
  if (!scanner.take(')')) return state.fail(listNotContinued(state.text, state.at, open));
  return items;
}

function valueItem(state: ParseState, first: boolean, open: Span): Literal | undefined {
  // What stops it from reading the first value, Falco takes for an empty list; so it only misses
  // the `)`.
  const falco = first ? "expected a ')' token" : undefined;
  return state.nested(() => {
    state.scanner.blank();
    return takeText(state, falco) ?? state.failText(missingItem(state.text, state.at, first, open));
  }, falco);
}

function takeText(state: ParseState, falcoOfEscape?: string): Literal | undefined {
  const start = state.at;
  const quoted = state.quoted(falcoOfEscape);
  if (quoted !== undefined) return literal(state, quoted, true, start);
  const bare = state.scanner.token('bareValue');
  return bare === undefined ? undefined : literal(state, bare, false, start);
}

function listName(state: ParseState): ListName | undefined {
  const start = state.at;
  const name = state.scanner.token('identifier');
  return name === undefined ? undefined : { kind: 'list-name', name, span: state.spanFrom(start) };
}

/**
 * `val(Field)` or a transformer; 'none' when neither stands here, undefined after an error in one.
 */
function optionalReference(state: ParseState, checkStart: number): Reference | undefined | 'none' {
  return state.nested(() => {
    state.scanner.blank();
    const start = state.at;
    if (state.scanner.take('val(')) return valRest(state, start, checkStart);
    const name = takeTransformer(state);
    if (name === undefined) return 'none';
    const operand = transformRest(state, name, start);
    if (operand === undefined) return undefined;
    return { kind: 'reference', operand, val: false, span: operand.span };
  });
}

function valRest(state: ParseState, start: number, checkStart: number): Reference | undefined {
  const operand = valField(state, { start, end: start + 4 });
  if (operand === undefined) return state.leaveParenthesis();
  const span = state.spanFrom(start);
  const argument = optionalArgument(state, 'val(...)');
  if (argument === undefined) return undefined;
  if (argument.text !== undefined) {
    return state.fail(valArgument(state.spanFrom(span.end)), checkStart);
  }
  return { kind: 'reference', operand, val: true, span };
}

function valField(state: ParseState, open: Span): FieldRef | undefined {
  const { scanner } = state;
  scanner.blank();
  const start = state.at;
  const name = scanner.token('fieldName');
  if (name === undefined) return state.fail(valNeedsField(state.text, state.at));
  const operand = fieldRest(state, name, start);
  if (operand === undefined) return undefined;
  scanner.blank();
  if (scanner.take(')')) return operand;
  return state.fail(unclosedVal(state.text, state.at, open));
}

function literal(state: ParseState, text: string, quoted: boolean, start: number): Literal {
  return { kind: 'literal', text, quoted, span: state.spanFrom(start) };
}
