/**
 * Shell patterns as fnmatch(3) without flags reads them: `*` and `?` match any byte, "/" and a
 * leading dot too; `[...]` with ranges, classes and `!` or `^`; a backslash takes the next byte
 * literally. Both ends are anchored. Works on byte strings.
 *
 * Matching remembers only the last star, so it takes at most length(pattern) * length(text) steps.
 */

import type { ByteString } from '../base/host.ts';

export type StringTest = (text: ByteString) => boolean;

/** One byte: a code, or what a bracket expression accepts. */
type Unit =
  | { readonly kind: 'byte'; readonly code: number }
  | { readonly kind: 'any' }
  | BracketSet;
interface BracketSet {
  readonly kind: 'set';
  /** 256 entries, 1 where the byte is accepted. */
  readonly accepts: Uint8Array;
}
type Token = Unit | { readonly kind: 'star' };

const CLASSES: Readonly<Record<string, RegExp>> = {
  alnum: /[0-9A-Za-z]/,
  alpha: /[A-Za-z]/,
  blank: /[ \t]/,
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the class is the control characters
  cntrl: /[\x00-\x1f\x7f]/,
  digit: /[0-9]/,
  graph: /[!-~]/,
  lower: /[a-z]/,
  print: /[ -~]/,
  punct: /[!-/:-@[-`{-~]/,
  space: /[ \t\n\v\f\r]/,
  upper: /[A-Z]/,
  xdigit: /[0-9A-Fa-f]/,
};

/** `ignoreCase` folds ASCII letters, as `iglob` does. */
export function compileGlob(pattern: ByteString, ignoreCase = false): StringTest {
  const folded = ignoreCase ? lowerAscii(pattern) : pattern;
  const test = simpleGlob(folded) ?? tokenGlob(parseGlob(folded, ignoreCase));
  return ignoreCase ? (text) => test(lowerAscii(text)) : test;
}

/** Of the last text that was lowered: rules ask for many words in the same one. */
let lastText: ByteString = '';
let lastLowered: ByteString = '';

/** ASCII only: what the C locale does. */
export function lowerAscii(text: ByteString): ByteString {
  if (text !== lastText) {
    lastText = text;
    lastLowered = /[A-Z]/.test(text)
      ? text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase())
      : text;
  }
  return lastLowered;
}

export function upperAscii(text: ByteString): ByteString {
  return /[a-z]/.test(text) ? text.replace(/[a-z]+/g, (letters) => letters.toUpperCase()) : text;
}

/** The common shapes, which need no tokens: text, text*, *text, *text*. */
function simpleGlob(pattern: ByteString): StringTest | undefined {
  const inner = pattern.replace(/^\*+|\*+$/g, '');
  if (/[*?[\\]/.test(inner)) return undefined;
  const open = pattern.startsWith('*');
  const close = pattern.endsWith('*') && (inner !== '' || open);
  if (open && close) return (text) => text.includes(inner);
  if (open) return (text) => text.endsWith(inner);
  if (close) return (text) => text.startsWith(inner);
  return (text) => text === inner;
}

function parseGlob(pattern: ByteString, ignoreCase: boolean): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < pattern.length) {
    const char = pattern[at];
    const bracket = char === '[' ? parseBracket(pattern, at, ignoreCase) : undefined;
    if (bracket !== undefined) {
      tokens.push(bracket.set);
      at = bracket.end;
    } else if (char === '*') {
      if (tokens.at(-1)?.kind !== 'star') tokens.push({ kind: 'star' });
      at++;
    } else if (char === '?') {
      tokens.push({ kind: 'any' });
      at++;
    } else {
      if (char === '\\' && at + 1 < pattern.length) at++;
      tokens.push({ kind: 'byte', code: pattern.charCodeAt(at) });
      at++;
    }
  }
  return tokens;
}

/** undefined when the bracket is never closed: it then stands for itself. */
function parseBracket(
  pattern: ByteString,
  start: number,
  ignoreCase: boolean,
): { set: BracketSet; end: number } | undefined {
  let at = start + 1;
  const negated = pattern[at] === '!' || pattern[at] === '^';
  if (negated) at++;
  const accepts = new Uint8Array(256);
  const first = at;
  for (;;) {
    if (at >= pattern.length) return undefined;
    if (pattern[at] === ']' && at > first) break;
    at = parseBracketItem(pattern, at, accepts);
  }
  if (ignoreCase) foldLetters(accepts);
  if (negated) for (let code = 0; code < 256; code++) accepts[code] = accepts[code] === 1 ? 0 : 1;
  return { set: { kind: 'set', accepts }, end: at + 1 };
}

/** The text was lowered: whatever accepts a capital must accept its small letter. */
function foldLetters(accepts: Uint8Array): void {
  for (let code = 65; code <= 90; code++) if (accepts[code] === 1) accepts[code + 32] = 1;
}

/** Marks one class, range or byte; returns where the next begins. */
function parseBracketItem(pattern: ByteString, start: number, accepts: Uint8Array): number {
  const named = /^\[:([a-z]+):\]/.exec(pattern.slice(start, start + 12));
  const test = named?.[1] === undefined ? undefined : CLASSES[named[1]];
  if (named !== null && test !== undefined) {
    for (let code = 0; code < 256; code++)
      if (test.test(String.fromCharCode(code))) accepts[code] = 1;
    return start + named[0].length;
  }
  let at = pattern[start] === '\\' && start + 1 < pattern.length ? start + 1 : start;
  const low = pattern.charCodeAt(at);
  at++;
  let high = low;
  if (pattern[at] === '-' && at + 1 < pattern.length && pattern[at + 1] !== ']') {
    at = pattern[at + 1] === '\\' && at + 2 < pattern.length ? at + 2 : at + 1;
    high = pattern.charCodeAt(at);
    at++;
  }
  for (let code = low; code <= high; code++) accepts[code] = 1;
  return at;
}

function accepts(unit: Unit, code: number): boolean {
  if (unit.kind === 'byte') return unit.code === code;
  return unit.kind === 'any' || unit.accepts[code] === 1;
}

function tokenGlob(tokens: readonly Token[]): StringTest {
  return (text) => {
    let token = 0;
    let at = 0;
    let starToken = -1;
    let starAt = 0;
    while (at < text.length) {
      const current = tokens[token];
      if (current !== undefined && current.kind === 'star') {
        starToken = token++;
        starAt = at;
      } else if (current !== undefined && accepts(current, text.charCodeAt(at))) {
        token++;
        at++;
      } else if (starToken >= 0) {
        token = starToken + 1;
        at = ++starAt;
      } else {
        return false;
      }
    }
    while (tokens[token]?.kind === 'star') token++;
    return token === tokens.length;
  };
}
