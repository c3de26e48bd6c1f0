/**
 * Regular expressions of rules: linear in time whatever the pattern and the value. Why this
 * library, and what differs from Falco's RE2: docs/decisions/0005-regular-expressions.md.
 */

import { RE2JS, RE2JSException } from 're2js';

export interface Regex {
  /** Whether the pattern matches the whole of `text`, which is Unicode, not bytes. */
  matches(text: string): boolean;
  /** Whether it matches some part. */
  finds(text: string): boolean;
}

export interface RegexProblem {
  /** In RE2's words, e.g. `missing closing ]: [a-`. */
  readonly error: string;
}

/** Never throws. Patterns whose program would grow beyond the library's limits are refused. */
export function compileRegex(pattern: string): Regex | RegexProblem {
  // A lone surrogate stands for a byte that is no UTF-8 (lang/quoting.ts).
  if (/\p{Surrogate}/u.test(pattern)) return { error: 'invalid UTF-8' };
  try {
    // RE2 in POSIX mode, as Falco runs it: ^ and $ also match at the ends of lines.
    const compiled = RE2JS.compile(pattern, RE2JS.MULTILINE);
    return {
      matches: (text) => compiled.testExact(text),
      finds: (text) => compiled.test(text),
    };
  } catch (error) {
    if (error instanceof RE2JSException) return { error: problemText(error.message) };
    throw error;
  }
}

/**
 * The library says "error parsing regexp: missing closing ): `(?m)(a`", the flag that was asked for
 * in front of the pattern.
 */
function problemText(message: string): string {
  return message.replace(/^error parsing regexp: /, '').replace(/`(?:\(\?m\))?([^]*)`$/, '$1');
}
