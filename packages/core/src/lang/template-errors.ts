/** What can be wrong with an output template, one function per kind. */

import type { Span } from '../base/source.ts';
import type { CheckProblem } from './check-errors.ts';
import { foundAt } from './found.ts';

const NO_PERCENT = 'a % itself cannot be printed';
/** Falco's last attempt is with a single character, so its reason never says more. */
const FALCO_UNKNOWN = "unknown filter: unexpected token after '";

export function emptyTemplate(): CheckProblem {
  return {
    code: 'empty-output',
    message: 'the output is empty',
    span: { start: 0, end: 0 },
    falco: 'empty formatting token',
  };
}

export function templateTooLong(text: string, limit: number): CheckProblem {
  const message = `the output has ${text.length} characters; at most ${limit} are allowed`;
  return { code: 'output-too-long', message, span: { start: limit, end: limit }, falco: message };
}

export function fieldAtEnd(start: number): CheckProblem {
  return {
    code: 'missing-field',
    message: "expected a field after '%', found the end",
    hint: NO_PERCENT,
    span: { start, end: start + 1 },
    falco: 'invalid formatting syntax: formatting cannot end with a %',
  };
}

export function widthAtEnd(start: number, end: number): CheckProblem {
  return {
    code: 'missing-field',
    message: 'expected a field after the width, found the end',
    span: { start, end },
    falco: 'invalid formatting syntax: formatting cannot end with a number',
  };
}

export function tooWide(start: number, end: number, limit: number): CheckProblem {
  const message = `the width is limited to ${limit}`;
  return { code: 'width-too-large', message, span: { start, end }, falco: message };
}

/** What follows the `%` does not even look like a field. */
export function noTemplateField(text: string, at: number): CheckProblem {
  const found = foundAt(text, at);
  const touching = found.span.start === at;
  const what = touching ? found.name : 'a blank';
  const dotted = found.text === 'val' ? 'fields stand without val here' : 'a field has a dot';
  return {
    code: 'missing-field',
    message: `expected a field or transformer after '%', found ${what}`,
    hint: touching && /^[a-zA-Z]/.test(found.text) ? `${dotted}: %proc.name` : NO_PERCENT,
    span: { start: at - 1, end: touching ? found.span.end : at },
    falco: FALCO_UNKNOWN,
  };
}

/** What is wrong with the field or transformer; Falco's words are the same for all. */
export function inTemplate(problem: {
  readonly code: string;
  readonly message: string;
  readonly span: Span;
  readonly hint?: string | undefined;
}): CheckProblem {
  const { code, message, span, hint } = problem;
  return { code, message, span, hint, falco: FALCO_UNKNOWN };
}
