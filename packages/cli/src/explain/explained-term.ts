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
  /** With the names of lists, on one line. */
  readonly written: string;
  readonly result: boolean;
  /** Evaluation from left to right does not come here: something before has decided. */
  readonly skipped: boolean;
  /** Only this or its like decided the result of the whole: with another result of theirs it would be another. */
  readonly decides: boolean;
  readonly items: readonly ExplainedTerm[];
  readonly values: readonly SeenText[];
}

/** The text that the spans of a macro's condition point into. */
export type MacroSource = (name: string) => Source | undefined;

export function explainedTerm(
  explanation: Explanation,
  source: Source,
  macroSource: MacroSource,
): ExplainedTerm {
  return new Reader(macroSource).term(explanation, source, true);
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

/** The terms at the ends of the tree that decided, from left to right. */
export function decidingTerms(term: ExplainedTerm): ExplainedTerm[] {
  if (!term.decides) return [];
  return term.kind === 'term' ? [term] : term.items.flatMap(decidingTerms);
}
