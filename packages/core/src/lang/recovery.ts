/**
 * How the parser goes on after an error: to the next place where a clause can begin or end. So one
 * wrong operator gives one message, and the clauses around it are still read.
 */

import type { CompareExpr, Expr } from './ast.ts';
import { type Found, foundAt } from './found.ts';
import { isNumericOperator, KEYWORDS, type Keyword, MODIFIERS, OPERATORS } from './operators.ts';
import type { Scanner } from './scanner.ts';
import { isKeyword, operatorSuggestion, type SyntaxProblem } from './syntax-errors.ts';
import { transformerFacts } from './transformers.ts';

const wordStart = /[a-zA-Z0-9_.]/;
const boundary = /(?:and|or)(?=[ \t\b\r\n(]|$)/y;

/**
 * Moves to the next `and`, `or` or `)` of this level, or to the end. Quoted and parenthesised text
 * is passed over.
 */
export function skipToBoundary(scanner: Scanner): void {
  let depth = 0;
  let inWord = wordStart.test(scanner.text[scanner.at - 1] ?? '');
  while (!scanner.atEnd) {
    const char = scanner.text[scanner.at] ?? '';
    if (depth === 0 && (char === ')' || (!inWord && atBoundary(scanner)))) return;
    if (char === '(') depth++;
    if (char === ')') depth--;
    if (char === '"' || char === "'") {
      // Where a text is never closed nothing behind it can be told apart.
      if (scanner.quoted() === undefined) scanner.at = scanner.text.length;
    } else {
      scanner.at++;
    }
    inWord = wordStart.test(char);
  }
}

function atBoundary(scanner: Scanner): boolean {
  boundary.lastIndex = scanner.at;
  return boundary.test(scanner.text);
}

/** Takes the `and` or `or` that stands here. */
export function takeBoundary(scanner: Scanner): boolean {
  return atBoundary(scanner) && (scanner.take('and') || scanner.take('or'));
}

const misspelt: ReadonlyMap<string, Keyword> = new Map([
  ['&&', 'and'],
  ['&', 'and'],
  ['||', 'or'],
  ['|', 'or'],
]);

/** The keyword that the text at `at` was meant to be: `&&`, `AND`. */
export function misspeltKeyword(
  text: string,
  at: number,
): { word: Keyword; found: Found } | undefined {
  const found = foundAt(text, at);
  const word =
    misspelt.get(found.text) ??
    KEYWORDS.find((keyword) => keyword === found.text.toLowerCase() && keyword !== found.text);
  return word === undefined || word === 'not' ? undefined : { word, found };
}

export interface Junk {
  readonly text: string;
  readonly at: number;
  /** The clause before it, if that was read without an error. */
  readonly previous: Expr | undefined;
  readonly falco: string;
  /** The parenthesis that should be closed here. */
  readonly open: { readonly start: number; readonly end: number } | undefined;
}

/** Something follows a complete clause that cannot follow it. */
export function unexpectedText(junk: Junk): SyntaxProblem {
  const found = foundAt(junk.text, junk.at);
  const end = junk.open === undefined ? 'the end' : "')'";
  return {
    code: 'unexpected-text',
    message: `expected 'and', 'or' or ${end}, found ${found.name}`,
    hint: junkHint(junk, found),
    span: found.span,
    falco: junk.falco,
    ...(junk.open !== undefined && {
      related: { message: "the '(' stands here", span: junk.open },
    }),
  };
}

function junkHint(junk: Junk, found: Found): string | undefined {
  const meant = misspeltKeyword(junk.text, junk.at);
  if (meant !== undefined) return `write '${meant.word}' for ${found.name}`;
  if (found.text.startsWith('#')) return 'comments belong to the YAML, not into the condition';
  if (found.text === 'and' || found.text === 'or') {
    return `put a blank between '${found.text === 'and' ? 'or' : 'and'}' and the '(' before it`;
  }
  const { previous } = junk;
  if (previous?.kind === 'macro') return macroHint(previous.name, found);
  if (previous?.kind === 'compare') return compareHint(previous, junk, found);
  return separatorHint(found);
}

/** A macro's name and something after it: mostly the name was meant to be something else. */
function macroHint(name: string, found: Found): string | undefined {
  const lower = name.toLowerCase();
  if (lower === 'not') return `write 'not' for '${name}'`;
  if (isKeyword(name)) return `'${name}' stands where a clause was expected and is read as a macro`;
  if (transformerFacts(name) !== undefined && found.text === '(') {
    return `'(' must follow '${name}' without a blank`;
  }
  if (OPERATORS.some((facts) => facts.token === found.text)) {
    return `'${name}' has no dot, so it is a macro; a field looks like proc.name`;
  }
  return separatorHint(found);
}

function compareHint(previous: CompareExpr, junk: Junk, found: Found): string | undefined {
  const { right } = previous;
  if (right.kind === 'list-name') return listNameHint(previous, right.name, found);
  if (right.kind !== 'literal' || right.quoted) return separatorHint(found);
  if (MODIFIERS.some((modifier) => modifier === right.text)) {
    return `'${right.text}' needs '(' or the name of a list after it, and a blank before it`;
  }
  const sign = operatorSuggestion(previous.operator + right.text);
  if (sign !== undefined && /^[<>~]+$/.test(right.text)) return `did you mean ${sign}?`;
  if (found.text === ',') return "several values are compared with 'in': in (a, b)";
  if (found.text === '(') return 'a value with parentheses needs quotes';
  const touching = found.span.start === right.span.end;
  if (touching && isNumericOperator(previous.operator)) return 'only digits make a number';
  if (touching) return `a value with ${found.name} needs quotes`;
  if (/^[a-zA-Z]+\.[a-zA-Z]/.test(found.text) || found.text === 'not') return separatorHint(found);
  const rest =
    junk.text
      .slice(right.span.start)
      .split(/ (?:and|or) |[()]/, 1)[0]
      ?.trim() ?? '';
  return rest.includes('"')
    ? 'a value with blanks needs quotes'
    : `a value with blanks needs quotes: "${rest}"`;
}

function listNameHint(previous: CompareExpr, name: string, found: Found): string | undefined {
  const glued = previous.operatorSpan.end === previous.right.span.start;
  const written = previous.operator + name;
  const meant = operatorSuggestion(written);
  if (glued) {
    const read = `'${written}' is read as '${previous.operator} ${name}'`;
    return meant === undefined ? read : `${read}; did you mean ${meant}?`;
  }
  if (found.text === ',') return `values stand in parentheses: ${previous.operator} (${name}, ...)`;
  return separatorHint(found);
}

function separatorHint(found: Found): string | undefined {
  return /^[a-zA-Z('"]/.test(found.text)
    ? "'and' or 'or' is missing between two clauses"
    : undefined;
}
