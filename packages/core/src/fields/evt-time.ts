/**
 * Class evt: distances between events. Latencies are constant: enter events are no longer recorded,
 * so nothing measures them.
 */

import { difference64, type Int64 } from '../base/int64.ts';
import { PF, PT } from '../events/param-types.gen.ts';
import { timeText } from '../events/time-text.ts';
import type { EventContext } from '../state/event-context.ts';
import { nanosBeyond, timeField, wholeSeconds } from './evt-generic.ts';
import type { Field } from './field.ts';
import { CHARBUF, COUNT, RELTIME } from './shapes.ts';
import { fieldMaker } from './simple-field.ts';

const field = fieldMaker('evt');

/**
 * Nanoseconds since the event before; 0 on the first one. Events of several processors may be out
 * of order: then it is a huge number, modulo 2^64.
 */
function sincePrevious({ event, previousTimeLow, previousTimeHigh }: EventContext): Int64 {
  if (previousTimeLow === 0 && previousTimeHigh === 0) return 0;
  return difference64(event.timeLow, event.timeHigh, previousTimeLow, previousTimeHigh);
}

const PADDED_RELTIME = { type: PT.PT_RELTIME, format: PF.PF_10_PADDED_DEC };

function latency(name: string, shape: typeof RELTIME, description: string): Field {
  return field({
    name,
    ...shape,
    deprecated: true,
    description,
    known: () => ({ value: 0 }),
    extract: () => 0,
  });
}

export const evtTimeFields: readonly Field[] = [
  latency('evt.latency', RELTIME, 'Always 0: how long a call took is no longer recorded.'),
  latency('evt.latency.s', RELTIME, 'Always 0, see evt.latency.'),
  latency('evt.latency.ns', PADDED_RELTIME, 'Always 0, see evt.latency.'),
  field({
    name: 'evt.latency.quantized',
    ...COUNT,
    deprecated: true,
    hidden: true,
    description: 'Always 0, see evt.latency.',
    extract: () => 0,
  }),
  field({
    name: 'evt.latency.human',
    ...CHARBUF,
    deprecated: true,
    description: 'Always "0ns", see evt.latency.',
    extract: () => '0ns',
  }),
  field({
    name: 'evt.deltatime',
    ...RELTIME,
    description: 'Nanoseconds since the event before this one.',
    scope: 'moment',
    extract: sincePrevious,
  }),
  field({
    name: 'evt.deltatime.s',
    ...RELTIME,
    description: 'Whole seconds of evt.deltatime.',
    scope: 'moment',
    extract: (context) => wholeSeconds(sincePrevious(context)),
  }),
  field({
    name: 'evt.deltatime.ns',
    ...PADDED_RELTIME,
    description: 'Nanoseconds of evt.deltatime beyond its whole seconds.',
    scope: 'moment',
    extract: (context) => nanosBeyond(sincePrevious(context)),
  }),
  {
    ...timeField(
      'evt.outputtime',
      'Time of the event as lines of text begin with it; only for outputs.',
      ({ event }) => timeText(event.timeLow, event.timeHigh),
    ),
    printOnly: true,
  },
];

export const evtWaitLatency: Field = latency(
  'evt.wait_latency',
  RELTIME,
  'Always 0, see evt.latency.',
);
