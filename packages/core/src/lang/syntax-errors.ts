/**
 * What can be wrong with the form of a condition, one function per kind, so that every message can
 * be read in one place. Each also gives what Falco says at that point of the text.
 */

import type { Span } from '../base/source.ts';
import { suggest } from '../base/suggest.ts';
import { type Found, foundAt } from './found.ts';
import { KEYWORDS, OPERATORS, operatorWords, quotedList } from './operators.ts';
import type { EscapeProblem } from './quoting.ts';

export interface SyntaxProblem {
  readonly code: string;
  readonly message: string;
  readonly span: Span;
  readonly falco: string;
  readonly hint?: string | undefined;
  readonly related?: { readonly message: string; readonly span: Span };
}

export function emptyCondition(): SyntaxProblem {
  return {
    code: 'empty-condition',
    message: 'the condition is empty',
    span: { start: 0, end: 0 },
    falco: 'filter input string is empty',
  };
}

export function conditionTooLong(length: number, limit: number): SyntaxProblem {
  const message = `the condition has ${length} characters; at most ${limit} are allowed`;
  return {
    code: 'condition-too-long',
    message,
    span: { start: limit, end: limit },
    falco: message,
  };
}

export function tooDeep(at: number, limit: number): SyntaxProblem {
  return {
    code: 'too-deep',
    message: `the condition is nested deeper than ${limit} steps of the grammar`,
    hint: 'move a part into a macro; a pair of parentheses counts 5 steps',
    span: { start: at, end: at + 1 },
    falco: `exceeded max depth limit of ${limit}`,
  };
}

export function missingClause(text: string, at: number): SyntaxProblem {
  const found = foundAt(text, at);
  return {
    code: 'missing-clause',
    message: `expected a field, a macro or '(', found ${found.name}`,
    hint: clauseHint(found, text, at),
    span: found.span,
    falco: "expected a '(' token, a field check, or an identifier",
  };
}

function clauseHint(found: Found, text: string, at: number): string | undefined {
  const first = found.text[0] ?? '';
  if (first === '!') return "write 'not' for '!'";
  if (first === '%') return 'fields stand without % in conditions; only outputs have it';
  if (first === '#') return 'comments belong to the YAML, not into the condition';
  if (first === '"' || first === "'") return 'the field stands at the left, its value at the right';
  if (/[0-9+-]/.test(first)) return 'the field stands at the left, its value at the right';
  const before = /\b(and|or|not)[ \t\b\r\n]*$/.exec(text.slice(Math.max(0, at - 80), at))?.[1];
  if (before !== undefined) return `something must follow '${before}'`;
  return undefined;
}

/** `and` or `or` that touches what follows. */
export function missingBlankAfterKeyword(word: string, text: string, at: number): SyntaxProblem {
  const found = foundAt(text, at);
  const atEnd = found.text === '';
  const joined = /^[a-zA-Z0-9_.]*/.exec(text.slice(at))?.[0] ?? '';
  return {
    code: 'missing-blank',
    message: atEnd
      ? `expected a clause after '${word}', found ${found.name}`
      : `expected a blank or '(' after '${word}', found ${found.name}`,
    hint: joined === '' ? undefined : `'${word}${joined}' can stand only after 'and' or 'or'`,
    span: atEnd ? found.span : { start: at - word.length, end: found.span.end },
    falco: `expected blank or '(' after '${word}'`,
  };
}

export function unclosedParenthesis(text: string, at: number, open: Span): SyntaxProblem {
  return {
    code: 'unbalanced-parenthesis',
    message: `expected ')', found ${foundAt(text, at).name}`,
    hint: 'close the parenthesis, or remove the opening one',
    span: foundAt(text, at).span,
    related: { message: 'it was opened here', span: open },
    falco: "expected a ')' token",
  };
}

export function strayParenthesis(at: number, lastToken: string): SyntaxProblem {
  return {
    code: 'unbalanced-parenthesis',
    message: "found ')' without a '(' before it",
    hint: 'remove it, or add the opening one',
    span: { start: at, end: at + 1 },
    falco: `unexpected token after '${lastToken}', expecting 'or', 'and'`,
  };
}

const otherWords: ReadonlyMap<string, string> = new Map(
  Object.entries({
    '!': "'!='",
    '<>': "'!='",
    '=>': "'>='",
    '=<': "'<='",
    '~': "'regex', 'glob' or 'contains'",
    '=~': "'regex'",
    '~=': "'regex' or 'contains'",
    '!~': "'not ... regex'",
    eq: "'='",
    is: "'='",
    equals: "'='",
    ne: "'!='",
    lt: "'<'",
    le: "'<='",
    gt: "'>'",
    ge: "'>='",
    like: "'glob' or 'contains'",
    matches: "'regex' or 'glob'",
    match: "'regex' or 'glob'",
    has: "'contains'",
    includes: "'contains'",
    any: "'in', 'intersects' or '= anyof'",
  }),
);

/** What the author of a wrong operator may have meant. */
export function operatorSuggestion(word: string): string | undefined {
  const known = otherWords.get(word.toLowerCase());
  if (known !== undefined) return known;
  if (!/^[a-zA-Z_]+$/.test(word)) return undefined;
  const bare = word.replaceAll('_', '').toLowerCase();
  const near = suggest(
    bare,
    OPERATORS.map((facts) => facts.token).filter((token) => /^[a-z]/.test(token)),
  );
  return near === undefined ? undefined : `'${near}'`;
}

const allOperators = quotedList(OPERATORS.map((facts) => facts.token));

/** After a field stands no operator, or one that is none. */
export function missingOperator(operand: string, text: string, at: number): SyntaxProblem {
  const found = foundAt(text, at);
  const problem = {
    span: found.span,
    falco: `expected a valid check operator: one of ${allOperators}`,
  };
  const known = OPERATORS.find((row) => row.blankAfter && found.text === row.token);
  if (known !== undefined) {
    const code = 'missing-blank';
    return { ...problem, code, message: `expected a blank after '${known.token}'` };
  }
  const ends =
    found.text === '' || found.text === ')' || found.text === ',' || isKeyword(found.text);
  if (ends && found.text !== 'not') {
    return {
      ...problem,
      code: 'missing-operator',
      message: `expected an operator after ${operand}, found ${found.name}`,
      hint: `'${operand} exists' is true when the field has a value`,
    };
  }
  return {
    ...problem,
    code: 'unknown-operator',
    message: `${found.name} is not an operator; allowed after a field are ${operatorWords(() => true)}`,
    hint: operatorHint(operand, found, text),
  };
}

function operatorHint(operand: string, found: Found, text: string): string | undefined {
  if (found.text === 'not') return `'not' goes before the field: not ${operand} ...`;
  if (found.text === '[') return "'[' must follow the field without a blank";
  if (found.text.startsWith('.')) return "each part of a field's name begins with a letter";
  const spaced = /^[ \t\b\r\n]*not[ \t]/.test(text.slice(found.span.end));
  if (found.text === 'is' && spaced) return "did you mean '!='?";
  const meant = operatorSuggestion(found.text);
  return meant === undefined ? undefined : `did you mean ${meant}?`;
}

export function isKeyword(word: string): boolean {
  return KEYWORDS.some((keyword) => keyword === word);
}

export function wrongEscape(problem: EscapeProblem, start: number): SyntaxProblem {
  return {
    code: 'wrong-escape',
    message: problem.message,
    hint: problem.hint,
    span: { start: start + problem.at, end: start + problem.at + problem.length },
    falco: problem.falco,
  };
}

/**
 * A quoted text that is never closed, where `instead` is what was expected: Falco only knows of
 * that.
 */
export function unclosedQuote(text: string, at: number, instead: SyntaxProblem): SyntaxProblem {
  return {
    code: 'unclosed-quote',
    message: `the text that begins with ${text[at]} here is never closed`,
    hint: quoteHint(text, at),
    span: { start: at, end: at + 1 },
    falco: instead.falco,
  };
}

function quoteHint(text: string, at: number): string {
  const delimiter = text[at] ?? '"';
  const escaped = text.indexOf(`\\${delimiter}`, at + 1);
  if (escaped < 0) return `add the closing ${delimiter}`;
  return `a ${delimiter} after a backslash does not close; end the text with \\x5c for a backslash`;
}
