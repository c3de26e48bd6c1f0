/** What the parts of the parser share: the scanner, the depth, and what was found wrong so far. */

import type { Diagnostic } from '../base/diagnostic.ts';
import type { Source, Span } from '../base/source.ts';
import { type FalcoError, falcoErrorAt } from './falco-error.ts';
import { Scanner } from './scanner.ts';
import { type SyntaxProblem, tooDeep, unclosedQuote, wrongEscape } from './syntax-errors.ts';

/**
 * A file with more errors than this is not a rules file; and a fuzzer's text must not cost
 * unbounded memory.
 */
export const DIAGNOSTICS_MAX = 100;

export class ParseState {
  readonly source: Source;
  readonly scanner: Scanner;
  readonly diagnostics: Diagnostic[] = [];
  falcoError: FalcoError | undefined;
  /** Nothing more is read: the depth or the number of errors is at its limit. */
  stopped = false;
  readonly #depthMax: number;
  #depth = 0;

  constructor(source: Source, depthMax: number) {
    this.source = source;
    this.scanner = new Scanner(source.text);
    this.#depthMax = depthMax;
  }

  get text(): string {
    return this.source.text;
  }

  get at(): number {
    return this.scanner.at;
  }

  spanFrom(start: number): Span {
    return { start, end: this.scanner.at };
  }

  /** Records an error; the first one is Falco's, at the place which the scanner has reached. */
  fail(problem: SyntaxProblem, falcoAt: number = this.scanner.at): undefined {
    if (this.stopped) return undefined;
    this.falcoError ??= falcoErrorAt(problem.falco, this.text, falcoAt);
    const { code, message, span, hint, related } = problem;
    this.diagnostics.push({
      code,
      severity: 'error',
      message,
      source: this.source,
      span,
      ...(hint !== undefined && { hint }),
      ...(related !== undefined && { related: [{ ...related, source: this.source }] }),
    });
    if (this.diagnostics.length >= DIAGNOSTICS_MAX) this.stop();
    return undefined;
  }

  /**
   * As `fail`, where a text was expected: says more when a quote stands there that is never closed.
   */
  failText(problem: SyntaxProblem): undefined {
    const { text, at } = this;
    const quote = text[at] === '"' || text[at] === "'";
    return this.fail(quote ? unclosedQuote(text, at, problem) : problem);
  }

  /**
   * Leaves a parenthesis in which an error was found: past the `)` that closes it, if there is one.
   */
  leaveParenthesis(): undefined {
    const { scanner } = this;
    const from = scanner.at;
    let depth = 1;
    while (depth > 0 && !scanner.atEnd) {
      const quoted = this.text[scanner.at] === '"' || this.text[scanner.at] === "'";
      if (quoted && scanner.quoted() !== undefined) continue;
      if (scanner.isNext('(')) depth++;
      if (scanner.isNext(')')) depth--;
      scanner.at = quoted ? this.text.length : scanner.at + 1;
    }
    if (depth > 0) scanner.at = from;
    return undefined;
  }

  stop(): void {
    this.stopped = true;
    this.scanner.at = this.text.length;
  }

  /**
   * Quoted text; undefined where none stands. A wrong escape is reported, in Falco's words as
   * `falco` where it has others than usual, and the text kept as it is.
   */
  quoted(falco?: string): string | undefined {
    const start = this.at;
    const token = this.scanner.quoted();
    if (token?.problem !== undefined) {
      const problem = wrongEscape(token.problem, start);
      this.fail(falco === undefined ? problem : { ...problem, falco });
    }
    return token?.text;
  }

  /**
   * Runs a production one step deeper. The steps are counted as Falco counts them, so that the same
   * text is too deep here and there; and the limit keeps the stack of this recursive parser small.
   * `falco`: its words where they are others than usual.
   */
  nested<T>(production: () => T | undefined, falco?: string): T | undefined {
    if (this.#depth + 1 >= this.#depthMax) {
      const problem = tooDeep(this.at, this.#depthMax);
      this.fail(falco === undefined ? problem : { ...problem, falco });
      this.stop();
      return undefined;
    }
    this.#depth++;
    const result = production();
    this.#depth--;
    return result;
  }
}
