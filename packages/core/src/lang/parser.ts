/**
 * Text of a condition to its tree. A recursive parser, one method per production of the grammar;
 * methods give undefined after an error, which they have then reported. It goes on at the next
 * clause, so that all errors are found at once.
 *
 *     Or    = And { 'or' ( blank And | '(' Whole ')' ) }
 *     And   = Not { 'and' ( blank Not | '(' Whole ')' ) }
 *     Not   = { 'not' blank } ( 'not(' Whole ')' | Check )
 *     Check = '(' Whole ')' | Operand ( 'exists' | Operator Right ) | MacroName
 *
 * It takes what Falco takes and refuses what Falco refuses, with one exception: Falco reads a list
 * whose first value has a wrong escape as an empty list, which would silently never match; here
 * that is an error.
 */

import type { Diagnostic } from '../base/diagnostic.ts';
import { Source, type Span } from '../base/source.ts';
import type { Expr, Modifier, Operand, Right } from './ast.ts';
import type { FalcoError } from './falco-error.ts';
import { shortened } from './found.ts';
import { takeOperand } from './operand-parser.ts';
import type { OperatorFacts } from './operators.ts';
import { ParseState } from './parse-state.ts';
import { misspeltKeyword, skipToBoundary, takeBoundary, unexpectedText } from './recovery.ts';
import { listRight, modifiedRight, numericRight, textRight } from './right-parser.ts';
import {
  conditionTooLong,
  emptyCondition,
  missingBlankAfterKeyword,
  missingClause,
  missingOperator,
  strayParenthesis,
  unclosedParenthesis,
} from './syntax-errors.ts';

/** Falco's limit for rules. A pair of parentheses costs 5. */
export const DEPTH_MAX = 1000;
/** UTF-16 units. The longest condition of the public rules, all lists replaced, has 20,000. */
export const CONDITION_CHARS_MAX: number = 1 << 20;

export interface ParseOptions {
  readonly depthMax?: number;
}

export interface ParsedCondition {
  /** The tree; undefined when there is an error. */
  readonly expr: Expr | undefined;
  /** What could be read in spite of errors, for checks and editors: not to be evaluated. */
  readonly partial: Expr | undefined;
  /** In order of discovery. */
  readonly diagnostics: readonly Diagnostic[];
  /** The first error as Falco reports it. */
  readonly falcoError: FalcoError | undefined;
}

/**
 * Never throws; takes time in proportion to the text. A text is given the name `condition` in
 * messages.
 */
export function parseCondition(
  source: Source | string,
  options: ParseOptions = {},
): ParsedCondition {
  const named = typeof source === 'string' ? new Source('condition', source) : source;
  const state = new ParseState(named, options.depthMax ?? DEPTH_MAX);
  const partial = new ConditionParser(state).parse();
  const { diagnostics, falcoError } = state;
  const expr = falcoError === undefined ? partial : undefined;
  return { expr, partial, diagnostics, falcoError };
}

class ConditionParser {
  readonly #state: ParseState;
  /** The clause read last, for hints about what follows it; undefined after an error. */
  #previous: Expr | undefined;

  constructor(state: ParseState) {
    this.#state = state;
  }

  parse(): Expr | undefined {
    const { length } = this.#state.text;
    if (length === 0) return this.#state.fail(emptyCondition());
    if (length > CONDITION_CHARS_MAX) {
      return this.#state.fail(conditionTooLong(length, CONDITION_CHARS_MAX));
    }
    return this.#whole(undefined);
  }

  /**
   * An expression up to the `)` that closes `open`, which is taken, or up to the end of the text.
   */
  #whole(open: Span | undefined): Expr | undefined {
    const { scanner } = this.#state;
    const items = [this.#or()];
    scanner.blank();
    while (!this.#closed(open)) {
      if (this.#afterJunk(open)) items.push(this.#or());
      scanner.blank();
    }
    return joined('and', items);
  }

  #closed(open: Span | undefined): boolean {
    const { scanner } = this.#state;
    if (scanner.atEnd) {
      if (open !== undefined) this.#unclosed(open);
      return true;
    }
    return open !== undefined && scanner.take(')');
  }

  #unclosed(open: Span): void {
    const { diagnostics, text, at } = this.#state;
    // A quote that is never closed has swallowed the parenthesis too.
    if (diagnostics.some((diagnostic) => diagnostic.code === 'unclosed-quote')) return;
    this.#state.fail(unclosedParenthesis(text, at, open));
  }

  /** Reports what should not be here and passes over it; whether a clause follows. */
  #afterJunk(open: Span | undefined): boolean {
    const state = this.#state;
    const { scanner, text } = state;
    const unexpected = `unexpected token after '${scanner.lastToken}', expecting 'or', 'and'`;
    if (open === undefined && scanner.isNext(')')) {
      state.fail(strayParenthesis(state.at, scanner.lastToken));
      scanner.take(')');
      scanner.blank();
      return takeBoundary(scanner);
    }
    const falco = open === undefined ? unexpected : "expected a ')' token";
    const meant = misspeltKeyword(text, state.at);
    state.fail(unexpectedText({ text, at: state.at, previous: this.#previous, falco, open }));
    if (state.stopped) return false;
    if (meant !== undefined) {
      scanner.at = meant.found.span.end;
      return true;
    }
    skipToBoundary(scanner);
    return takeBoundary(scanner);
  }

  #or(): Expr | undefined {
    return this.#chain('or', () => this.#and());
  }

  #and(): Expr | undefined {
    return this.#chain('and', () => this.#not());
  }

  #chain(word: 'and' | 'or', next: () => Expr | undefined): Expr | undefined {
    const { scanner } = this.#state;
    return this.#state.nested(() => {
      scanner.blank();
      const items = [next()];
      scanner.blank();
      while (scanner.take(word)) {
        items.push(scanner.blank() ? next() : this.#touching(word));
        scanner.blank();
      }
      return joined(word, items);
    });
  }

  /** After `and` or `or` without a blank: only a parenthesis may touch them. */
  #touching(word: 'and' | 'or'): Expr | undefined {
    const state = this.#state;
    if (state.scanner.take('(')) return this.#embedded(state.at - 1);
    this.#previous = undefined;
    state.fail(missingBlankAfterKeyword(word, state.text, state.at));
    skipToBoundary(state.scanner);
    return undefined;
  }

  #not(): Expr | undefined {
    const { scanner } = this.#state;
    return this.#state.nested(() => {
      scanner.blank();
      const start = this.#state.at;
      let negated = false;
      while (scanner.token('not') !== undefined) negated = !negated;
      let item: Expr | undefined;
      if (scanner.take('not(')) {
        negated = !negated;
        item = this.#embedded(this.#state.at - 1);
      } else {
        item = this.#check();
      }
      if (!negated || item === undefined) return item;
      return { kind: 'not', item, span: { start, end: Math.max(item.span.end, start) } };
    });
  }

  /** `Whole ')'`, the `(` at `openAt` being read already. */
  #embedded(openAt: number): Expr | undefined {
    return this.#state.nested(() => {
      this.#state.scanner.blank();
      const expr = this.#whole({ start: openAt, end: openAt + 1 });
      this.#previous = expr?.kind === 'macro' || expr?.kind === 'compare' ? undefined : expr;
      return expr;
    });
  }

  #check(): Expr | undefined {
    const state = this.#state;
    return state.nested(() => {
      state.scanner.blank();
      if (state.scanner.take('(')) return this.#embedded(state.at - 1);
      const clause = this.#clause();
      this.#previous = clause;
      if (clause === undefined) skipToBoundary(state.scanner);
      return clause;
    });
  }

  #clause(): Expr | undefined {
    const state = this.#state;
    const start = state.at;
    const operand = takeOperand(state);
    if (operand === undefined) return undefined;
    if (operand !== 'none') return this.#condition(operand, start);
    const name = state.scanner.token('identifier');
    if (name !== undefined) return { kind: 'macro', name, span: state.spanFrom(start) };
    return state.fail(missingClause(state.text, state.at));
  }

  #condition(left: Operand, start: number): Expr | undefined {
    const state = this.#state;
    const { scanner } = state;
    return state.nested(() => {
      scanner.blank();
      if (scanner.operator('unary') !== undefined) {
        return { kind: 'exists', left, span: state.spanFrom(start) };
      }
      const operatorStart = state.at;
      const facts =
        scanner.operator('numeric') ?? scanner.operator('string') ?? scanner.operator('list');
      if (facts === undefined || facts.operator === 'exists') {
        const written = shortened(state.text.slice(left.span.start, left.span.end));
        return state.fail(missingOperator(written, state.text, state.at));
      }
      const { operator } = facts;
      const operatorSpan = { start: operatorStart, end: operatorStart + facts.token.length };
      const [modifier, right] = this.#right(facts, start);
      if (right === undefined) return undefined;
      const span = state.spanFrom(start);
      return { kind: 'compare', left, operator, operatorSpan, modifier, right, span };
    });
  }

  #right(facts: OperatorFacts, start: number): [Modifier | undefined, Right | undefined] {
    const state = this.#state;
    if (facts.class === 'numeric') return [undefined, numericRight(state, facts, start)];
    if (facts.class === 'list') return [undefined, listRight(state, facts, start)];
    const blank = facts.blankAfter || state.scanner.blank();
    const modifier = blank ? state.scanner.modifier() : undefined;
    if (modifier === undefined) return [undefined, textRight(state, facts, start)];
    return [modifier, modifiedRight(state, `${facts.token} ${modifier}`)];
  }
}

/** One item stays as it is; what could not be read is left out. */
function joined(kind: 'and' | 'or', parts: readonly (Expr | undefined)[]): Expr | undefined {
  const items = parts.filter((part) => part !== undefined);
  const [first] = items;
  const last = items.at(-1);
  if (first === undefined || last === undefined || items.length === 1) return first;
  return { kind, items, span: { start: first.span.start, end: last.span.end } };
}
