/**
 * Questions that have one answer for everybody who asks at about the same time: however many ask,
 * the main thread is asked a few times a second. Nobody is given an answer that is older than his
 * question.
 */

import { setTimeout as pause } from 'node:timers/promises';
import type { Answer } from './http-route.ts';

/** Four readings a second at most: metrics take some two milliseconds each. */
const GAP_MS = 250;

export class SharedAsk {
  readonly #ask: () => Promise<Answer>;
  /** The question that is about to be asked. */
  #next: Promise<Answer> | undefined = undefined;
  #askedMs = Number.NEGATIVE_INFINITY;

  constructor(ask: () => Promise<Answer>) {
    this.#ask = ask;
  }

  ask(): Promise<Answer> {
    this.#next ??= this.#askSoon();
    return this.#next;
  }

  async #askSoon(): Promise<Answer> {
    const waitMs = this.#askedMs + GAP_MS - performance.now();
    await pause(Math.max(0, waitMs));
    this.#askedMs = performance.now();
    this.#next = undefined;
    return this.#ask();
  }
}
