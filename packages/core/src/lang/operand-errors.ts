/**
 * What can be wrong with the form of fields, transformers and `val(...)`, one function per kind;
 * see syntax-errors.ts.
 */

import type { Span } from '../base/source.ts';
import type { TransformerName } from './ast.ts';
import { type Found, foundAt } from './found.ts';
import type { SyntaxProblem } from './syntax-errors.ts';
import { transformerFacts } from './transformers.ts';

export function missingArgument(field: string, text: string, at: number): SyntaxProblem {
  const found = text[at] === undefined ? 'the end' : `'${text[at]}'`;
  return {
    code: 'missing-argument',
    message: `expected an argument after '${field}[', found ${found}`,
    hint: 'no blank may follow the bracket; text with blanks, quotes or brackets needs quotes',
    span: { start: at, end: at + 1 },
    falco: 'expected a valid field argument: a quoted string or a bare string',
  };
}

export function unclosedBracket(text: string, at: number, open: Span): SyntaxProblem {
  return {
    code: 'unbalanced-bracket',
    message: `expected ']' right after the argument, found ${foundAt(text, at).name}`,
    hint: 'text with blanks, quotes or brackets needs quotes',
    span: { start: at, end: at + 1 },
    related: { message: "the '[' stands here", span: open },
    falco: "expected a ']' token",
  };
}

export function missingTransformArgument(
  name: TransformerName,
  text: string,
  at: number,
): SyntaxProblem {
  const found = foundAt(text, at);
  return {
    code: 'missing-argument',
    message:
      `expected a field, a transformer, a number, a quoted text or a list in ${name}(...), ` +
      `found ${found.name}`,
    hint: /^[a-zA-Z]/.test(found.text)
      ? 'text stands in quotes here; a field has a dot'
      : undefined,
    span: found.span,
    falco:
      'expected field transformer argument: field, transformer, quoted string, number, ' +
      'or transformer list',
  };
}

export function missingTransformItem(text: string, at: number): SyntaxProblem {
  const found = foundAt(text, at);
  return {
    code: 'missing-argument',
    message:
      'expected a field, a transformer, a number or a quoted text in the list, ' +
      `found ${found.name}`,
    hint: /^[a-zA-Z]/.test(found.text)
      ? 'text stands in quotes here; a field has a dot'
      : undefined,
    span: found.span,
    falco: 'expected transformer list argument: field, transformer, quoted string, or number',
  };
}

const closingTransformer = "expected a ')' token closing the transformer";

/** After the field in `val(...)`. */
export function unclosedVal(text: string, at: number, open: Span): SyntaxProblem {
  return unclosed(foundAt(text, at), open, "')'", closingTransformer);
}

/** After an argument of a transformer. */
export function unclosedTransform(text: string, at: number, open: Span): SyntaxProblem {
  return unclosed(foundAt(text, at), open, "',' or ')'", closingTransformer);
}

/** After an item of a list in a transformer. */
export function unclosedList(text: string, at: number, open: Span): SyntaxProblem {
  return unclosed(foundAt(text, at), open, "',' or ')'", "expected ')'");
}

function unclosed(found: Found, open: Span, expected: string, falco: string): SyntaxProblem {
  return {
    code: 'unbalanced-parenthesis',
    message: `expected ${expected}, found ${found.name}`,
    span: found.span,
    related: { message: 'it was opened here', span: open },
    falco,
  };
}

export function valNeedsField(text: string, at: number): SyntaxProblem {
  const found = foundAt(text, at);
  const transformer = transformerFacts(found.text);
  return {
    code: 'missing-field',
    message: `expected a field in val(...), found ${found.name}`,
    hint:
      transformer === undefined ? undefined : `transformers stand without val: ${found.text}(...)`,
    span: found.span,
    falco: "expected a field within 'val' transformer",
  };
}

/** Falco finds this when it compiles. */
export function valArgument(span: Span): SyntaxProblem {
  return {
    code: 'unexpected-argument',
    message: 'val(...) takes no argument in brackets',
    hint: "the field's own argument stands inside: val(field[argument])",
    span,
    falco: "filter error: transformer 'val' does not support field arguments",
  };
}
