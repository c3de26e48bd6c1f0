/**
 * The JSON document that an event of a plugin is, for all fields together: parsed when the first of
 * them asks, once.
 */

import { PPME } from '../events/event-codes.gen.ts';
import type { EventView } from '../events/event-view.ts';
import type { EventContext } from '../state/event-context.ts';
import type { JsonNode } from './json-node.ts';
import { parseJson } from './json-parser.ts';

/** `event_data` of PPME_PLUGINEVENT_E. */
export const EVENT_DATA_PARAM = 1;

/**
 * Beyond this an event is not read as JSON. 64 times what Falco allows an event to have, and little
 * enough for the tree of it to fit anywhere.
 */
export const DOCUMENT_BYTES_MAX: number = 16 << 20;

/** What was parsed last under a view, and what tells that event from others. */
interface LastDocument {
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly num: number;
  readonly timeLow: number;
  readonly timeHigh: number;
  readonly root: JsonNode | undefined;
}

const lastDocuments = new WeakMap<EventView, LastDocument>();

/** Undefined for other events, and for what is no JSON, or neither an object nor an array. */
export function documentOf({ event }: EventContext): JsonNode | undefined {
  if (event.type !== PPME.PPME_PLUGINEVENT_E) return undefined;
  const last = lastDocuments.get(event);
  if (last !== undefined && isOf(last, event)) return last.root;
  const { bytes, start, num, timeLow, timeHigh } = event;
  const root = parseEvent(event);
  lastDocuments.set(event, { bytes, start, num, timeLow, timeHigh, root });
  return root;
}

/** Numbers count up within a source; the rest is for views over records that have none. */
function isOf(last: LastDocument, event: EventView): boolean {
  return (
    last.num === event.num &&
    last.bytes === event.bytes &&
    last.start === event.start &&
    last.timeLow === event.timeLow &&
    last.timeHigh === event.timeHigh
  );
}

function parseEvent(event: EventView): JsonNode | undefined {
  if (event.paramLength(EVENT_DATA_PARAM) > DOCUMENT_BYTES_MAX) return undefined;
  const { root } = parseJson(event.raw(EVENT_DATA_PARAM));
  return root?.kind === 'object' || root?.kind === 'array' ? root : undefined;
}
