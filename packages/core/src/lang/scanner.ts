/**
 * Reads the tokens of the condition language. There is no token stream: which token can stand at a
 * place depends on what the parser expects there (`in` may be a macro, a value, a list or an
 * operator), so the parser asks for what it wants and the scanner takes it or leaves the position
 * alone.
 *
 * The rules are Falco's to the letter, including which token counts as the last one read: its
 * messages quote it.
 */

import type { Modifier } from './ast.ts';
import {
  KEYWORDS,
  MODIFIERS,
  type OperatorClass,
  type OperatorFacts,
  operatorsOf,
} from './operators.ts';
import { type EscapeProblem, unescape } from './quoting.ts';

export type TokenKind =
  | 'identifier'
  | 'fieldName'
  | 'bareArgument'
  | 'hexNumber'
  | 'number'
  | 'bareValue'
  | 'not';

const patterns: Readonly<Record<TokenKind, RegExp>> = {
  identifier: /[a-zA-Z][a-zA-Z0-9_]*/y,
  fieldName: /[a-zA-Z][a-zA-Z0-9_]*(?:\.[a-zA-Z][a-zA-Z0-9_]*)+/y,
  bareArgument: /[^[\]"'\t\n\v\f\r ]+/y,
  hexNumber: /0[xX][0-9a-fA-F]+/y,
  number: /[+-]?[0-9]+\.?[0-9]*(?:[eE][+-][0-9]+)?/y,
  bareValue: /[^()"'\t\n\v\f\r =,]+/y,
  /** `not` and the blanks after it; this set of blanks is not the one of `blank`. */
  not: /not[\t\n\v\f\r ]+/y,
};

const blanks = ' \t\b\r\n';

export interface QuotedToken {
  readonly text: string;
  readonly problem: EscapeProblem | undefined;
}

export class Scanner {
  readonly text: string;
  at = 0;
  /** What was read last, blanks excepted; of quoted text its value. */
  lastToken = '';
  /** Falco holds the text as a C string while it looks for a closing quote: a NUL ends it. */
  readonly #quotesEnd: number;

  constructor(text: string) {
    this.text = text;
    const nul = text.indexOf('\0');
    this.#quotesEnd = nul < 0 ? text.length : nul;
  }

  get atEnd(): boolean {
    return this.at >= this.text.length;
  }

  /** Skips blanks; whether there were any. */
  blank(): boolean {
    const from = this.at;
    while (this.at < this.text.length && blanks.includes(this.text[this.at] ?? '')) this.at++;
    return this.at > from;
  }

  isNext(token: string): boolean {
    return this.text.startsWith(token, this.at);
  }

  /** Takes exactly `token`, whatever follows it. */
  take(token: string): boolean {
    if (!this.isNext(token)) return false;
    this.at += token.length;
    this.lastToken = token;
    return true;
  }

  takeFirst(tokens: Iterable<string>): string | undefined {
    for (const token of tokens) if (this.take(token)) return token;
    return undefined;
  }

  /** Takes the longest token of that kind. */
  token(kind: TokenKind): string | undefined {
    const pattern = patterns[kind];
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0];
    if (found === undefined) return undefined;
    this.at += found.length;
    this.lastToken = found;
    return found;
  }

  number(): string | undefined {
    return this.token('hexNumber') ?? this.token('number');
  }

  /** Takes an operator of that class, with the blanks after it where it needs one. */
  operator(wanted: OperatorClass): OperatorFacts | undefined {
    return operatorsOf(wanted).find((facts) => this.#word(facts.token, facts.blankAfter));
  }

  /** `oneof` and the like count only before `(` or a list's name; elsewhere the word is a value. */
  modifier(): Modifier | undefined {
    const { at, lastToken } = this;
    const modifier = MODIFIERS.find((word) => this.#word(word, true));
    if (modifier !== undefined && this.#listFollows()) return modifier;
    this.at = at;
    this.lastToken = lastToken;
    return undefined;
  }

  /**
   * Quoted text with its escapes resolved; undefined when no quote stands here, or when it is never
   * closed. It ends at the first delimiter that has no backslash before it, even if that backslash
   * is itself escaped.
   */
  quoted(): QuotedToken | undefined {
    const delimiter = this.text[this.at];
    if (delimiter !== '"' && delimiter !== "'") return undefined;
    const end = this.#closingQuote(delimiter);
    if (end === undefined) return undefined;
    const raw = this.text.slice(this.at, end + 1);
    this.at = end + 1;
    const value = unescape(raw);
    if (typeof value !== 'string') {
      this.lastToken = raw;
      return { text: raw.slice(1, -1), problem: value };
    }
    this.lastToken = value;
    return { text: value, problem: undefined };
  }

  #closingQuote(delimiter: string): number | undefined {
    for (let end = this.at + 1; end < this.#quotesEnd; end++) {
      if (this.text[end] === delimiter && this.text[end - 1] !== '\\') return end;
    }
    this.lastToken = this.text.slice(this.at, this.#quotesEnd);
    return undefined;
  }

  #word(word: string, blankAfter: boolean): boolean {
    const { at, lastToken } = this;
    if (!this.take(word)) return false;
    if (!blankAfter || this.blank()) return true;
    this.at = at;
    this.lastToken = lastToken;
    return false;
  }

  #listFollows(): boolean {
    if (this.isNext('(')) return true;
    if (!/[a-zA-Z]/.test(this.text[this.at] ?? '')) return false;
    return !KEYWORDS.some(
      (word) => this.isNext(word) && !/[a-zA-Z0-9]/.test(this.text[this.at + word.length] ?? ''),
    );
  }
}
