/**
 * Alerts that wait for an output. They leave in the order in which they came. When there are too
 * many, the least important one goes, and among equals the oldest: what an output that comes back
 * finds is what matters most, and of that the latest.
 */

import type { Priority } from '@saker/core/rules/rule.ts';
import type { OutgoingAlert } from './alert-output.ts';

export interface QueueLimits {
  readonly alertsMax: number;
  /** Of all lines together. */
  readonly charsMax: number;
}

const PRIORITY_COUNT = 8;
/** A queue tidies up when so many places at its beginning are empty. */
const GAP_MAX = 1024;

export class AlertQueue {
  size = 0;
  /** Alerts that had to go, by their priority. */
  readonly dropped: number[] = Array.from({ length: PRIORITY_COUNT }, () => 0);
  readonly #limits: QueueLimits;
  /** By priority. */
  readonly #levels: readonly Level[] = Array.from({ length: PRIORITY_COUNT }, () => new Level());
  #chars = 0;
  #added = 0;

  constructor(limits: QueueLimits) {
    this.#limits = limits;
  }

  add(alert: OutgoingAlert): void {
    this.#level(alert.priority).push({ alert, number: this.#added++ });
    this.size++;
    this.#chars += alert.line.length;
    while (this.size > this.#limits.alertsMax || this.#chars > this.#limits.charsMax) {
      this.#dropOne();
    }
  }

  /** The one that has waited longest. */
  take(): OutgoingAlert | undefined {
    let first: Level | undefined;
    for (const level of this.#levels) {
      if (level.firstNumber < (first?.firstNumber ?? Infinity)) first = level;
    }
    return first && this.#shift(first);
  }

  /** All that wait are dropped. */
  clear(): void {
    while (this.size > 0) this.#dropOne();
  }

  #dropOne(): void {
    const least = this.#levels.findLast((level) => level.firstNumber < Infinity);
    const alert = least && this.#shift(least);
    if (alert !== undefined) this.drop(alert.priority);
  }

  /** Counts one that does not even get in. */
  drop(priority: Priority): void {
    this.dropped[priority] = (this.dropped[priority] ?? 0) + 1;
  }

  #shift(level: Level): OutgoingAlert | undefined {
    const alert = level.shift();
    if (alert === undefined) return undefined;
    this.size--;
    this.#chars -= alert.line.length;
    return alert;
  }

  #level(priority: Priority): Level {
    const level = this.#levels[priority];
    if (level === undefined) throw new RangeError(`priority ${priority}`);
    return level;
  }
}

interface Place {
  readonly alert: OutgoingAlert;
  /** Of all that ever came. */
  readonly number: number;
}

/** First in, first out, without moving everything for each that leaves. */
class Level {
  #places: (Place | undefined)[] = [];
  #first = 0;

  /** Infinity when it is empty. */
  get firstNumber(): number {
    return this.#places[this.#first]?.number ?? Infinity;
  }

  push(place: Place): void {
    this.#places.push(place);
  }

  shift(): OutgoingAlert | undefined {
    const place = this.#places[this.#first];
    if (place === undefined) return undefined;
    // What has left is not kept alive by its empty place.
    this.#places[this.#first++] = undefined;
    if (this.#first === this.#places.length) {
      this.#places = [];
      this.#first = 0;
    } else if (this.#first >= GAP_MAX && this.#first * 2 >= this.#places.length) {
      this.#places = this.#places.slice(this.#first);
      this.#first = 0;
    }
    return place.alert;
  }
}
