/** What can be wrong with the form of a right side, one function per kind; see syntax-errors.ts. */

import type { Span } from '../base/source.ts';
import { type Found, foundAt } from './found.ts';
import { type OperatorFacts, quotedList } from './operators.ts';
import { operatorSuggestion, type SyntaxProblem } from './syntax-errors.ts';
import { TRANSFORMER_WORDS } from './transformers.ts';

const allTransformers = quotedList(TRANSFORMER_WORDS);

export function missingNumber(operator: OperatorFacts, text: string, at: number): SyntaxProblem {
  const found = foundAt(text, at);
  const twoSigns = found.span.start === at && /^[=<>!]/.test(found.text);
  const meant = twoSigns ? operatorSuggestion(operator.token + found.text) : undefined;
  const quoted = found.text === '"' || found.text === "'";
  return {
    code: 'missing-number',
    message: `expected a number after '${operator.token}', found ${found.name}`,
    hint:
      meant !== undefined
        ? `did you mean ${meant}?`
        : quoted
          ? 'numbers stand without quotes'
          : `another field is compared as ${operator.token} val(field)`,
    span: found.span,
    falco: `expected a number value or a field with a valid transformer: ${allTransformers}`,
  };
}

export function missingText(operator: OperatorFacts, text: string, at: number): SyntaxProblem {
  const found = foundAt(text, at);
  return {
    code: 'missing-value',
    message: `expected a value after '${operator.token}', found ${found.name}`,
    hint: textHint(operator, found),
    span: found.span,
    falco: `expected a string value or a field with a valid transformer: ${allTransformers}`,
  };
}

function textHint(operator: OperatorFacts, found: Found): string | undefined {
  if (found.text === '(' && operator.operator === '=')
    return "several values are compared with 'in'";
  if (found.text === '(') return `several values are compared with '${operator.token} anyof (...)'`;
  if (found.text.startsWith('=')) return `write '${operator.token}' once`;
  return 'an empty text is written ""';
}

export function missingList(operator: string, text: string, at: number): SyntaxProblem {
  const found = foundAt(text, at);
  const quoted = found.text === '"' || found.text === "'";
  const modified = operator.includes(' ');
  return {
    code: 'missing-list',
    message: `expected '(' or the name of a list after '${operator}', found ${found.name}`,
    hint: quoted ? `a single value needs parentheses too: ${operator} ("...")` : undefined,
    span: found.span,
    falco: modified
      ? 'expected a list or an identifier'
      : `expected a list, an identifier, or a field with a valid transformer: ${allTransformers}`,
  };
}

/** A place in `(a, b)` where a value must stand. */
export function missingItem(text: string, at: number, first: boolean, open: Span): SyntaxProblem {
  const found = foundAt(text, at);
  const ended = found.text === '';
  return {
    code: ended ? 'unbalanced-parenthesis' : 'missing-value',
    message: `expected a value${first ? " or ')'" : " after ','"}, found ${found.name}`,
    hint: itemHint(found, first),
    span: found.span,
    ...(ended && { related: { message: "the '(' stands here", span: open } }),
    falco: first ? "expected a ')' token" : 'expected a string value',
  };
}

function itemHint(found: Found, first: boolean): string | undefined {
  if (found.text === '(')
    return 'a list cannot hold another one; a value with parentheses needs quotes';
  if (found.text === ')' && !first) return "remove the ',' before ')'";
  if (found.text.startsWith('=')) return "a value with '=' needs quotes";
  return undefined;
}

/** After a value in `(a b)`. */
export function listNotContinued(text: string, at: number, open: Span): SyntaxProblem {
  const found = foundAt(text, at);
  return {
    code: found.text === '' ? 'unbalanced-parenthesis' : 'missing-comma',
    message: `expected ',' or ')' after a value, found ${found.name}`,
    hint:
      found.text === '' || found.text === '('
        ? undefined
        : 'values are separated by commas; a value with blanks, = or parentheses needs quotes',
    span: found.span,
    related: { message: "the '(' stands here", span: open },
    falco: "expected a ')' token",
  };
}
