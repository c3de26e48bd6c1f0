/** Class evt: evt.around[TIME] = MS, for looking at what happened about some time. */

import { PF, PT } from '../events/param-types.gen.ts';
import type { Extractor, Field, FieldArgument } from './field.ts';

const NANOS_PER_MILLISECOND = 1_000_000n;
const U64_MAX = 0xffff_ffff_ffff_ffffn;

function bindAround(argument: FieldArgument | undefined): Extractor | string {
  if (argument === undefined || !argument.bracketed || !/^[0-9]{1,20}$/.test(argument.text)) {
    return 'evt.around needs a time in nanoseconds, such as evt.around[1404996934793590564]';
  }
  const middle = BigInt(argument.text);
  if (middle > U64_MAX) return `evt.around[${argument.text}]: beyond 64 bits`;
  return ({ event }) => {
    const time = (BigInt(event.timeHigh) << 32n) | BigInt(event.timeLow);
    const distance = time > middle ? time - middle : middle - time;
    return Number((distance + NANOS_PER_MILLISECOND - 1n) / NANOS_PER_MILLISECOND);
  };
}

/**
 * The value is the distance in milliseconds, rounded up. `=` is the one operator that conditions
 * may use on it.
 */
export const evtAround: Field = {
  name: 'evt.around',
  class: 'evt',
  type: PT.PT_UINT64,
  format: PF.PF_DEC,
  description:
    'For "evt.around[TIME] = MS": true for events at most so many milliseconds before or after ' +
    'a time, which is in nanoseconds since the epoch.',
  argument: { kind: ['index'], required: true },
  equalsMeans: '<=',
  filterOnly: true,
  noRhs: true,
  noTransformer: true,
  scope: 'moment',
  bind: bindAround,
};
