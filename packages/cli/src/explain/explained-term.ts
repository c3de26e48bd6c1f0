/** Explanations as written by the author of the rule, and which of their terms decided. */

import { toText } from '@saker/core/base/byte-string.ts';
import type { Source } from '@saker/core/base/source.ts';
import type { Explanation } from '@saker/core/engine/explain.ts';

export interface SeenText {
  readonly operand: string;
  /** Unicode; undefined: the field has no value on this event. */
  readonly text: string | undefined;
}

/** An explanation with the texts of the files and what follows from the whole tree. */
export interface ExplainedTerm {
  readonly kind: Explanation['kind'];
  /** The name of the rule's exception that this is. */
  readonly exception: string | undefined;
  /** With the names of lists, on one line. */
  readonly written: string;
  readonly result: boolean;
  /** Evaluation from left to right does not come here: something before has decided. */
  readonly skipped: boolean;
  /**
   * The result of the whole follows from this one's and those of the others that decide, whatever
   * the rest is.
   */
  readonly decides: boolean;
  readonly items: readonly ExplainedTerm[];
  readonly values: readonly SeenText[];
}

/** The text that the spans of a macro's condition point into. */
export type MacroSource = (name: string) => Source | undefined;

/** What the explanation of a condition is made readable with. */
export interface ConditionTexts {
  readonly source: Source;
  readonly macroSource: MacroSource;
  /** Of the rule, those with values: they are joined to its condition, in order. */
  readonly exceptions: readonly string[];
}

export function explainedTerm(explanation: Explanation, texts: ConditionTexts): ExplainedTerm {
  const { source, macroSource, exceptions } = texts;
  const whole = new Reader(macroSource).term(explanation, source, true);
  return exceptions.length === 0 ? whole : withExceptions(whole, exceptions);
}

/** The loader makes `(condition) and not (first) and not (second)` of a rule with exceptions. */
function withExceptions(whole: ExplainedTerm, names: readonly string[]): ExplainedTerm {
  if (whole.kind !== 'and' || whole.items.length !== names.length + 1) return whole;
  const items = whole.items.map((item, at) => {
    const [inner] = item.items;
    if (at === 0 || item.kind !== 'not' || inner === undefined) return item;
    return { ...item, items: [{ ...inner, exception: names[at - 1] }] };
  });
  return { ...whole, items };
}

class Reader {
  readonly #macroSource: MacroSource;

  constructor(macroSource: MacroSource) {
    this.#macroSource = macroSource;
  }

  /** `decides`: the whole depends on this one's result. */
  term(explanation: Explanation, source: Source, decides: boolean): ExplainedTerm {
    const { kind, text, span, result, skipped, values } = explanation;
    const inner = kind === 'macro' ? (this.#macroSource(text) ?? source) : source;
    return {
      kind,
      exception: undefined,
      written: kind === 'macro' ? text : oneLine(source.text.slice(span.start, span.end)),
      result,
      skipped,
      decides: decides && !skipped,
      items: explanation.items.map((item) =>
        this.term(item, inner, decides && !skipped && decidesGroup(explanation, item)),
      ),
      values: values.map((value) => ({
        operand: value.operand,
        text: value.text === undefined ? undefined : toText(value.text),
      })),
    };
  }
}

/** A group is what those of its terms make it that have its result: the first, or all together. */
function decidesGroup(group: Explanation, item: Explanation): boolean {
  if (group.kind === 'and' || group.kind === 'or') return item.result === group.result;
  return true;
}

function oneLine(text: string): string {
  return text.trim().replace(/\s+/g, ' ');
}

/** The exception that decided alone, if one did. */
export function decidingException(term: ExplainedTerm): string | undefined {
  const deciding = term.items.filter(({ decides }) => decides);
  const [only] = deciding;
  return deciding.length === 1 ? only?.items[0]?.exception : undefined;
}

/** The terms at the ends of the tree that decided, from left to right. */
export function decidingTerms(term: ExplainedTerm): ExplainedTerm[] {
  if (!term.decides) return [];
  return term.kind === 'term' ? [term] : term.items.flatMap(decidingTerms);
}
