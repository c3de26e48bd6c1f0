/**
 * Alerts that wait for clients to ask. Each subscriber gets every alert that comes while it is
 * there, and the first one what was kept before. One that reads slowly loses its oldest alerts
 * while others read; as long as nobody reads, alerts are kept, and their number is bounded by who
 * sends them (`OutputKind.window`).
 */

import { type Outcome, OutputError } from '../alert-output.ts';

/** An encoded alert, and who has it. */
interface Held {
  readonly message: Uint8Array;
  /** Subscribers that have it and have not sent it. */
  holders: number;
  isSent: boolean;
}

/** Writes a message; `done` is called when it is sent. False: no more until `Subscriber.resume`. */
export type SendMessage = (message: Uint8Array, done: () => void) => boolean;

/** Messages that wait for one subscriber; it is 4 MB if they are as long as most. */
const WAITING_MAX = 1000;

export class AlertFeed {
  /** Alerts that subscribers were too slow for, though others got them. */
  lagged = 0;
  readonly #outcome: Outcome;
  readonly #subscribers = new Set<Subscriber>();
  #kept: Held[] = [];
  #isFinishing = false;

  constructor(outcome: Outcome) {
    this.#outcome = outcome;
  }

  get subscriberCount(): number {
    return this.#subscribers.size;
  }

  add(message: Uint8Array): void {
    this.#kept.push({ message, holders: 0, isSent: false });
    this.#spread();
  }

  subscribe(send: SendMessage): Subscriber {
    const subscriber = new Subscriber(send, {
      sent: (held) => this.#onSent(held),
      room: () => this.#spread(),
    });
    this.#subscribers.add(subscriber);
    this.#spread();
    return subscriber;
  }

  /** What it has not sent and nobody else has is kept for the next one. */
  unsubscribe(subscriber: Subscriber): void {
    if (!this.#subscribers.delete(subscriber)) return;
    const left = subscriber.leave().filter((held) => --held.holders === 0 && !held.isSent);
    this.#kept = [...left, ...this.#kept];
    this.#spread();
  }

  /** The oldest one that is kept, for somebody who asks once. `sent` says what became of it. */
  takeKept():
    | { readonly message: Uint8Array; readonly sent: (isSent: boolean) => void }
    | undefined {
    const held = this.#kept.shift();
    if (held === undefined) return undefined;
    const sent = (isSent: boolean): void => {
      if (isSent) {
        this.#onSent(held);
        return;
      }
      this.#kept.unshift(held);
      this.#spread();
    };
    return { message: held.message, sent };
  }

  /** Nobody is waited for any more. */
  finish(): void {
    this.#isFinishing = true;
    this.#spread();
  }

  #spread(): void {
    while (this.#kept.length > 0 && this.#hasRoom()) {
      const held = this.#kept.shift();
      if (held !== undefined) this.#give(held);
    }
    if (!this.#isFinishing || this.#subscribers.size > 0 || this.#kept.length === 0) return;
    const unwanted = this.#kept.length;
    this.#kept = [];
    this.#outcome.failed(unwanted, new OutputError('no client has asked for the alerts'));
  }

  #hasRoom(): boolean {
    return [...this.#subscribers].some(({ waiting }) => waiting < WAITING_MAX);
  }

  #give(held: Held): void {
    held.holders = this.#subscribers.size;
    for (const subscriber of this.#subscribers) {
      const oldest = subscriber.waiting < WAITING_MAX ? undefined : subscriber.skip();
      subscriber.add(held);
      if (oldest !== undefined) this.#onSkipped(oldest);
    }
  }

  #onSkipped(held: Held): void {
    this.lagged++;
    held.holders--;
    if (held.holders > 0 || held.isSent) return;
    this.#outcome.failed(1, new OutputError('its clients do not read fast enough'));
  }

  #onSent(held: Held): void {
    held.holders--;
    if (held.isSent) return;
    held.isSent = true;
    this.#outcome.delivered(1);
  }
}

interface SubscriberEvents {
  readonly sent: (held: Held) => void;
  readonly room: () => void;
}

/** One client that gets all alerts. */
export class Subscriber {
  readonly #send: SendMessage;
  readonly #events: SubscriberEvents;
  #waiting: Held[] = [];
  readonly #underWay = new Set<Held>();
  #isBehind = false;

  constructor(send: SendMessage, events: SubscriberEvents) {
    this.#send = send;
    this.#events = events;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  add(held: Held): void {
    this.#waiting.push(held);
    this.#pass();
  }

  /** It takes messages again. */
  resume(): void {
    this.#isBehind = false;
    this.#pass();
    this.#events.room();
  }

  /** Its oldest one that waits, which it does not get. */
  skip(): Held | undefined {
    return this.#waiting.shift();
  }

  /** All that it has not sent, in their order. */
  leave(): readonly Held[] {
    const left = [...this.#underWay, ...this.#waiting];
    this.#underWay.clear();
    this.#waiting = [];
    return left;
  }

  #pass(): void {
    while (!this.#isBehind && this.#waiting.length > 0) {
      const held = this.#waiting.shift();
      if (held === undefined) return;
      this.#underWay.add(held);
      this.#isBehind = !this.#send(held.message, () => {
        if (this.#underWay.delete(held)) this.#events.sent(held);
      });
    }
  }
}
