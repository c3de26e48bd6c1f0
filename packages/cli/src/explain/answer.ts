/** Why a rule matched or did not, in one sentence. */

import { assert } from '@saker/core/base/assert.ts';
import { listed } from '../terminal/quantity.ts';
import { clip } from '../terminal/text-width.ts';
import { visible } from '../terminal/visible-text.ts';
import {
  decidingException,
  decidingTerms,
  type ExplainedTerm,
  type SeenText,
} from './explained-term.ts';

/** Terms that a sentence can hold; the tree shows all. */
const TERMS_MAX = 3;
const VALUE_COLUMNS_MAX = 160;
const TERM_COLUMNS_MAX = 160;

/** `"Shell" did not match event 12 because proc.name in (shells) is false: proc.name was "cat".` */
export function answerText(rule: string, eventNumber: number, term: ExplainedTerm): string {
  const matches = term.result ? 'matches' : 'does not match';
  const exception = decidingException(term);
  const through = exception === undefined ? '' : ` of its exception "${visible(exception)}":`;
  const head = `"${visible(rule)}" ${matches} event ${eventNumber} because${through}`;
  const deciding = decidingTerms(term);
  const [only, ...others] = deciding;
  assert(only !== undefined, 'something decides');
  if (others.length === 0) return `${head} ${termText(only)} is ${only.result}${valuesText(only)}.`;

  const groups = [true, false].flatMap((result) => {
    const same = deciding.filter((each) => each.result === result);
    return same.length === 0 ? [] : [`${countedTerms(same)} ${result}`];
  });
  return `${head} ${groups.join(', and ')}.`;
}

/** `a and b are`, `a, b, c and 4 other terms are`. */
function countedTerms(terms: readonly ExplainedTerm[]): string {
  const shown = terms.slice(0, TERMS_MAX).map(termText);
  const more = terms.length - shown.length;
  if (more > 0) shown.push(more === 1 ? '1 other term' : `${more} other terms`);
  return `${listed(shown)} ${terms.length === 1 ? 'is' : 'are'}`;
}

export function termText({ written }: ExplainedTerm): string {
  return clip(visible(written), TERM_COLUMNS_MAX);
}

/** `: proc.name was "cat"`; empty where the term's text says it all. */
function valuesText(term: ExplainedTerm): string {
  const values = term.values.map(seenText);
  return values.length === 0 ? '' : `: ${listed(values)}`;
}

/** `proc.name was "cat"`, `fd.num was 3`, `proc.pname has no value`. */
export function seenText({ operand, text }: SeenText): string {
  if (text === undefined) return `${visible(operand)} has no value`;
  return `${visible(operand)} was ${valueText(text)}`;
}

/** In quotes, numbers and truths aside. */
function valueText(text: string): string {
  const shown = clip(visible(text), VALUE_COLUMNS_MAX);
  return /^(?:-?\d+(?:\.\d+)?|true|false)$/.test(text) ? shown : `"${shown}"`;
}
