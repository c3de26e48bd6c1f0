/**
 * What an API server posts, or writes into its log, to single audit events. A payload is an event,
 * a list of them (EventList), an array of either, or lines of such documents.
 *
 * Whatever is wrong with one part costs that part: its neighbours are kept, and the problem is told
 * and counted. (Falco refuses a whole array for one element that is no event.)
 */

import type { ByteString } from '../base/host.ts';
import type { JsonNode } from '../json/json-node.ts';
import { parseJson } from '../json/json-parser.ts';
import { parseRfc3339 } from './rfc3339.ts';

export interface AuditEvent {
  /** One JSON object without blanks. */
  readonly text: ByteString;
  /** `stageTimestamp`, in nanoseconds since the epoch. */
  readonly timeNs: bigint;
}

/**
 * json: no JSON; kind: JSON that is no audit event; time: an event without a time of its own; size:
 * an event beyond the limit.
 */
export type PayloadProblemKind = 'json' | 'kind' | 'time' | 'size';

export interface PayloadProblem {
  readonly kind: PayloadProblemKind;
  readonly message: string;
}

export interface SplitPayload {
  readonly events: readonly AuditEvent[];
  /** The first ones, in order. */
  readonly problems: readonly PayloadProblem[];
  /** All of them. */
  readonly problemCounts: Readonly<Record<PayloadProblemKind, number>>;
}

/** What is told of one payload: people read the first lines, and the counters have the rest. */
const PROBLEMS_TOLD_MAX = 10;
/** Falco's words. */
const NO_EVENT = 'data not recognized as a k8s audit event';
const NO_TIME = "can't read stageTimestamp";
/** Of a text that is foreign, in a message. */
const SHOWN_CHARS_MAX = 64;

/** `eventBytesMax`: events larger than this are dropped. */
export function splitPayload(payload: ByteString, eventBytesMax: number): SplitPayload {
  const whole = new Splitter(eventBytesMax);
  const { root, problem } = parseJson(payload);
  if (root !== undefined) {
    whole.addDocument(root);
    return whole.result();
  }
  // Lines without a single event are no lines of documents, but one document that is broken.
  const lines = splitLines(payload, eventBytesMax);
  if (lines.events.length > 0) return lines;
  whole.fail('json', () => `no JSON: at byte ${problem.offset}: ${problem.message}`);
  return whole.result();
}

/** A document per line, as files have them. `firstLine`: its number, for messages. */
export function splitLines(
  payload: ByteString,
  eventBytesMax: number,
  firstLine = 1,
): SplitPayload {
  const splitter = new Splitter(eventBytesMax);
  for (const [at, line] of payload.split('\n').entries()) {
    if (line.trim() === '') continue;
    const { root, problem } = parseJson(line);
    if (root !== undefined) splitter.addDocument(root);
    else {
      const place = () => `line ${firstLine + at}, byte ${problem.offset}`;
      splitter.fail('json', () => `no JSON: at ${place()}: ${problem.message}`);
    }
  }
  return splitter.result();
}

class Splitter {
  readonly #eventBytesMax: number;
  readonly #events: AuditEvent[] = [];
  readonly #problems: PayloadProblem[] = [];
  readonly #counts: Record<PayloadProblemKind, number> = { json: 0, kind: 0, time: 0, size: 0 };

  constructor(eventBytesMax: number) {
    this.#eventBytesMax = eventBytesMax;
  }

  result(): SplitPayload {
    return { events: this.#events, problems: this.#problems, problemCounts: this.#counts };
  }

  /** The message is only made when it is told: a payload can have millions of problems. */
  fail(kind: PayloadProblemKind, message: () => string): void {
    this.#counts[kind]++;
    if (this.#problems.length >= PROBLEMS_TOLD_MAX) return;
    this.#problems.push({ kind, message: message() });
  }

  /** Arrays in arrays are as deep as the parser lets them be. */
  addDocument(node: JsonNode): void {
    if (node.kind === 'array') {
      for (const item of node.elements()) this.addDocument(item);
      return;
    }
    const kind = node.member('kind');
    const items = node.member('items');
    if (isString(kind, 'EventList') && items?.kind === 'array') {
      // The API server does not write the kind of what is in a list.
      for (const item of items.elements()) this.#addEvent(item);
    } else if (isString(kind, 'Event')) {
      this.#addEvent(node);
    } else {
      this.fail('kind', () => `${NO_EVENT}: ${kindText(node, kind)}`);
    }
  }

  #addEvent(node: JsonNode): void {
    const stamp = node.member('stageTimestamp');
    if (stamp === undefined) {
      this.fail('time', () => `${NO_TIME}: the event has none`);
      return;
    }
    const timeNs = stamp.kind === 'string' ? parseRfc3339(stamp.text) : undefined;
    if (timeNs === undefined) {
      this.fail('time', () => `${NO_TIME}: ${shown(stamp)} is no time as in RFC 3339`);
      return;
    }
    const text = node.compactText;
    if (text.length > this.#eventBytesMax) {
      const found = `it has ${text.length} bytes, maxEventSize allows ${this.#eventBytesMax}`;
      this.fail('size', () => `event larger than maxEventSize: ${found}`);
      return;
    }
    this.#events.push({ text, timeNs });
  }
}

function isString(node: JsonNode | undefined, text: string): boolean {
  return node?.kind === 'string' && node.text === text;
}

function kindText(node: JsonNode, kind: JsonNode | undefined): string {
  if (node.kind !== 'object') return `it is ${shown(node)} and no object`;
  if (kind === undefined) return 'it has no kind';
  return isString(kind, 'EventList') ? 'an EventList without items' : `its kind is ${shown(kind)}`;
}

/** Cut short; printable, whatever it is. */
function shown(node: JsonNode): string {
  const end = Math.min(node.end, node.start + SHOWN_CHARS_MAX);
  const text = node.document.text.slice(node.start, end);
  return text.replace(/[^ -~]/g, '.');
}
