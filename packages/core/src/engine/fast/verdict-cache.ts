/**
 * Hot. Verdicts that outlive the event: two bits per predicate (2 known, 1 true), fifteen
 * predicates to a word so that words stay small integers. Benchmark: rules in bench/.
 *
 * A thread's are in `ThreadInfo.verdicts`: word 0 the lineageVersion for which the lineage words
 * hold, word 1 the layout number, then words of predicates. A text's are in columns by the text's
 * slot. Predicates get places while rules are compiled for one event type after another; a new word
 * changes the layout number, and older arrays are dropped when seen.
 */

import { NO_SLOT, TEXT_SLOTS, type Text, type TextTable } from '../../base/text-table.ts';
import type { EventContext } from '../../state/event-context.ts';
import type { ThreadTable } from '../../state/thread-table.ts';
import type { Predicate } from '../plain.ts';
import type { Gate } from './gate.ts';

const LINEAGE_WORD = 0;
const LAYOUT_WORD = 1;
const HEADER_WORDS = 2;
const PER_WORD = 15;

/** Unique over all engines, so that a replaced rule set's verdicts are never read as this one's. */
let layouts = 0;

/** Where a predicate's verdict is: `shift` is that of the true bit. */
export interface Place {
  readonly word: number;
  readonly shift: number;
}

interface OpenWord {
  word: number;
  used: number;
}

export class VerdictCache {
  readonly #texts: TextTable;
  readonly #threads: ThreadTable;
  #layout = ++layouts;
  #words = HEADER_WORDS;
  readonly #lineageWords: number[] = [];
  readonly #openWords: Record<'thread' | 'lineage' | 'text', OpenWord> = {
    thread: { word: -1, used: PER_WORD },
    lineage: { word: -1, used: PER_WORD },
    text: { word: -1, used: PER_WORD },
  };
  readonly #columns: Int32Array[] = [];
  readonly #gates: Gate[] = [];
  #evictions = 0;
  /** Stands in for the verdicts of events without a thread: emptied for each. */
  #noThread: number[] = [];

  constructor(texts: TextTable, threads: ThreadTable) {
    this.#texts = texts;
    this.#threads = threads;
  }

  threadPlace(kind: 'thread' | 'lineage'): Place {
    const open = this.#openWords[kind];
    if (open.used === PER_WORD) {
      open.word = this.#words++;
      open.used = 0;
      this.#layout = ++layouts;
      if (kind === 'lineage') this.#lineageWords.push(open.word);
      this.#noThread = this.#emptyVerdicts();
    }
    return { word: open.word, shift: 2 * open.used++ };
  }

  textPlace(): Place {
    const open = this.#openWords.text;
    if (open.used === PER_WORD) {
      open.word = this.#columns.length;
      open.used = 0;
      this.#columns.push(new Int32Array(TEXT_SLOTS));
    }
    return { word: open.word, shift: 2 * open.used++ };
  }

  /** Keeps the gate's masks as long as texts keep their slots. */
  addGate(gate: Gate): Gate {
    this.#gates.push(gate);
    return gate;
  }

  /** The column of a place's word, by slot. */
  column(word: number): Int32Array {
    return this.#columns[word] ?? new Int32Array(TEXT_SLOTS);
  }

  /** The verdicts of the event's thread, valid for the current state of its ancestry. */
  verdictsOf(context: EventContext): number[] {
    const thread = context.thread;
    if (thread === undefined) return this.#emptied(this.#noThread);
    const version = this.#threads.lineageVersion;
    const verdicts = thread.verdicts;
    if (verdicts === undefined || verdicts[LAYOUT_WORD] !== this.#layout) {
      const fresh = this.#emptyVerdicts();
      fresh[LINEAGE_WORD] = version;
      thread.verdicts = fresh;
      return fresh;
    }
    if (verdicts[LINEAGE_WORD] !== version) {
      for (const word of this.#lineageWords) verdicts[word] = 0;
      verdicts[LINEAGE_WORD] = version;
    }
    return verdicts;
  }

  /** The slot under which verdicts of the text may be kept now, or NO_SLOT. */
  slotOf(text: Text | undefined): number {
    if (text === undefined) return NO_SLOT;
    if (this.#texts.evictions !== this.#evictions) {
      this.#evictions = this.#texts.evictions;
      for (const column of this.#columns) column.fill(0);
      for (const gate of this.#gates) gate.clear();
    }
    return text.slot;
  }

  #emptyVerdicts(): number[] {
    const verdicts: number[] = [];
    for (let word = 0; word < this.#words; word++) verdicts.push(0);
    verdicts[LAYOUT_WORD] = this.#layout;
    return verdicts;
  }

  #emptied(verdicts: number[]): number[] {
    for (let word = HEADER_WORDS; word < verdicts.length; word++) verdicts[word] = 0;
    return verdicts;
  }
}

/** Evaluates a predicate whose verdict is not known yet and keeps it. */
export function decideThread(
  predicate: Predicate,
  context: EventContext,
  verdicts: number[],
  place: Place,
): boolean {
  const verdict = predicate(context);
  verdicts[place.word] = (verdicts[place.word] ?? 0) | ((verdict ? 3 : 2) << place.shift);
  return verdict;
}

/** A predicate on the string of a text. */
export type TextPredicate = (text: Text) => boolean;

/** The same for a text; without a slot the verdict is not kept. */
export function decideText(
  predicate: TextPredicate,
  text: Text,
  column: Int32Array,
  shift: number,
): boolean {
  const verdict = predicate(text);
  const { slot } = text;
  if (slot !== NO_SLOT) column[slot] = (column[slot] ?? 0) | ((verdict ? 3 : 2) << shift);
  return verdict;
}
