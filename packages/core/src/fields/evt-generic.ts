/** Class evt, the fields of every event source: number, times, source, what kind of event. */

import { difference64, type Int64, unsigned64 } from '../base/int64.ts';
import { PPME } from '../events/event-codes.gen.ts';
import { eventTable } from '../events/event-table.ts';
import { EC, PF, PT } from '../events/param-types.gen.ts';
import {
  clockText,
  dateClockText,
  dateTimeText,
  nanosOf,
  secondsOf,
  timeText,
  utcText,
} from '../events/time-text.ts';
import type { EventContext } from '../state/event-context.ts';
import type { Extractor, Field } from './field.ts';
import { stringParam } from './param-names.ts';
import { ABSTIME, BOOL, CHARBUF, RELTIME } from './shapes.ts';
import { fieldMaker } from './simple-field.ts';
import { jsonInteger } from './value-text.ts';

const field = fieldMaker('evt');

/**
 * 1 for the events that no system call made: they tell of users, containers, plugins and the like.
 */
const isMeta: Uint8Array = Uint8Array.from(eventTable, (event) =>
  (event.source & EC.EC_METAEVENT) !== 0 ? 1 : 0,
);

function rawTime({ event }: EventContext): Int64 {
  return unsigned64(event.timeLow, event.timeHigh);
}

/** Distance to the first event that is not a meta event; before that event, the time itself. */
function relativeTime({ event, firstTimeLow, firstTimeHigh }: EventContext): Int64 {
  return difference64(event.timeLow, event.timeHigh, firstTimeLow, firstTimeHigh);
}

const NANOS_PER_SECOND = 1_000_000_000;

export function wholeSeconds(nanos: Int64): Int64 {
  if (typeof nanos === 'bigint') return Number(nanos / BigInt(NANOS_PER_SECOND));
  return Math.floor(nanos / NANOS_PER_SECOND);
}

export function nanosBeyond(nanos: Int64): Int64 {
  if (typeof nanos === 'bigint') return Number(nanos % BigInt(NANOS_PER_SECOND));
  return nanos % NANOS_PER_SECOND;
}

/**
 * A time whose text is for people and whose JSON value is always the event's nanoseconds since the
 * epoch.
 */
export function timeField(name: string, description: string, text: Extractor): Field {
  return field({
    name,
    ...CHARBUF,
    description,
    scope: 'moment',
    extract: text,
    output: () => ({
      text: (context) => String(text(context)),
      json: (context) => jsonInteger(rawTime(context)),
    }),
  });
}

const timeFields: readonly Field[] = [
  timeField(
    'evt.time',
    'Time of day of the event in the local zone, down to the nanosecond.',
    ({ event }) => timeText(event.timeLow, event.timeHigh),
  ),
  timeField(
    'evt.time.s',
    'Time of day of the event in the local zone, in whole seconds.',
    ({ event }) => clockText(secondsOf(event.timeLow, event.timeHigh)),
  ),
  timeField(
    'evt.time.iso8601',
    'Time of the event in UTC as ISO 8601 writes it, with nanoseconds and the offset +0000.',
    ({ event }) => `${utcText(event.timeLow, event.timeHigh)}+0000`,
  ),
  timeField(
    'evt.datetime',
    'Date and time of the event in the local zone, down to the nanosecond.',
    ({ event }) => dateTimeText(event.timeLow, event.timeHigh),
  ),
  timeField(
    'evt.datetime.s',
    'Date and time of the event in the local zone, in whole seconds.',
    ({ event }) => dateClockText(secondsOf(event.timeLow, event.timeHigh)),
  ),
  field({
    name: 'evt.rawtime',
    ...ABSTIME,
    description: 'Time of the event in nanoseconds since the epoch.',
    scope: 'moment',
    extract: rawTime,
  }),
  field({
    name: 'evt.rawtime.s',
    ...ABSTIME,
    description: 'Whole seconds of evt.rawtime.',
    scope: 'moment',
    extract: ({ event }) => secondsOf(event.timeLow, event.timeHigh),
  }),
  field({
    name: 'evt.rawtime.ns',
    type: PT.PT_ABSTIME,
    format: PF.PF_10_PADDED_DEC,
    description: 'Nanoseconds of evt.rawtime beyond its whole seconds.',
    scope: 'moment',
    extract: ({ event }) => nanosOf(event.timeLow, event.timeHigh),
  }),
  field({
    name: 'evt.reltime',
    type: PT.PT_RELTIME,
    format: PF.PF_10_PADDED_DEC,
    description: 'Nanoseconds since the first system call that was seen.',
    scope: 'moment',
    extract: relativeTime,
  }),
  field({
    name: 'evt.reltime.s',
    ...RELTIME,
    description: 'Whole seconds of evt.reltime.',
    scope: 'moment',
    extract: (context) => wholeSeconds(relativeTime(context)),
  }),
  field({
    name: 'evt.reltime.ns',
    type: PT.PT_RELTIME,
    format: PF.PF_10_PADDED_DEC,
    description: 'Nanoseconds of evt.reltime beyond its whole seconds.',
    scope: 'moment',
    extract: (context) => nanosBeyond(relativeTime(context)),
  }),
];

const originFields: readonly Field[] = [
  field({
    name: 'evt.pluginname',
    ...CHARBUF,
    description: 'Name of the plugin that made the event; absent on events of no plugin.',
    known: () => 'absent',
    extract: () => undefined,
  }),
  field({
    name: 'evt.plugininfo',
    ...CHARBUF,
    description:
      'One-line summary of the event by the plugin that made it; absent on events of no plugin.',
    known: () => 'absent',
    extract: () => undefined,
  }),
  field({
    name: 'evt.source',
    ...CHARBUF,
    description: 'Event source that the event belongs to; "syscall" for system calls.',
    known: (type) => (type === PPME.PPME_PLUGINEVENT_E ? 'absent' : { value: 'syscall' }),
    extract: ({ event }) => (event.type === PPME.PPME_PLUGINEVENT_E ? undefined : 'syscall'),
  }),
  field({
    name: 'evt.is_async',
    ...BOOL,
    description:
      '"true" for events that come beside the stream of system calls, such as news of containers.',
    known: (type) => ({ value: isMeta[type] === 1 }),
    extract: ({ event }) => isMeta[event.type] === 1,
  }),
  field({
    name: 'evt.asynctype',
    ...CHARBUF,
    description: 'Name of an event for which evt.is_async is true, e.g. "container".',
    known: (type) => (isMeta[type] === 1 ? undefined : 'absent'),
    extract: asyncName,
  }),
  field({
    name: 'evt.hostname',
    ...CHARBUF,
    description:
      'Name of the machine on which the event happened; for a capture the recording one.',
    extract: ({ state }) => state.machineInfo?.hostname,
  }),
];

/** The name of a meta event; that of an async event is its own first parameter. */
function asyncName({ event }: EventContext): string | undefined {
  if (isMeta[event.type] === 0) return undefined;
  if (event.type === PPME.PPME_ASYNCEVENT_E) return stringParam(event, 1);
  return eventTable[event.type]?.name;
}

/** In the order in which they are listed. */
export const evtGenericFields: readonly Field[] = [
  field({
    name: 'evt.num',
    type: PT.PT_UINT64,
    format: PF.PF_ID,
    description: 'Number of the event, counted from 1.',
    minimum: 1,
    scope: 'moment',
    extract: ({ event }) => event.num,
  }),
  ...timeFields,
  ...originFields,
];
