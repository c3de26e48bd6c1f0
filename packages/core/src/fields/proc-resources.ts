/**
 * What a process uses: descriptors, memory, page faults. Counters move with every event, so none of
 * these is cached.
 */

import type { Int64 } from '../base/int64.ts';
import type { EventContext } from '../state/event-context.ts';
import type { ThreadInfo } from '../state/thread-info.ts';
import type { Field } from './field.ts';
import { COUNT, DOUBLE, SIGNED } from './shapes.ts';
import { fieldMaker } from './simple-field.ts';

const field = fieldMaker('process');

function openFds({ main }: EventContext): number {
  return main?.fds?.size ?? 0;
}

/** Of the process; 0 while its main thread is unknown, below 0 for no limit. */
function fdLimit({ main }: EventContext): Int64 {
  return main?.fdLimit ?? 0;
}

function counter(name: string, read: (thread: ThreadInfo) => Int64, description: string): Field {
  return field({
    name,
    ...COUNT,
    description,
    extract: ({ thread }) => (thread === undefined ? undefined : read(thread)),
  });
}

/** In the order of the listing. */
export const procResourceFields: readonly Field[] = [
  field({
    name: 'proc.fdopencount',
    ...COUNT,
    description: 'How many descriptors the process has open, as far as they are known.',
    extract: (context) => (context.thread === undefined ? undefined : openFds(context)),
  }),
  field({
    name: 'proc.fdlimit',
    ...SIGNED,
    description: 'How many descriptors the process may have open (RLIMIT_NOFILE).',
    extract: (context) => (context.thread === undefined ? undefined : fdLimit(context)),
  }),
  field({
    name: 'proc.fdusage',
    ...DOUBLE,
    description:
      'Open descriptors in percent of the limit, with a fraction; 0 when there is no limit.',
    extract: (context) => {
      if (context.thread === undefined) return undefined;
      const limit = Number(fdLimit(context));
      return limit <= 0 ? 0 : Math.min(100, (openFds(context) * 100) / limit);
    },
  }),
  counter('proc.vmsize', (thread) => thread.vmSizeKb, 'Virtual memory of the process, in KiB.'),
  counter(
    'proc.vmrss',
    (thread) => thread.vmRssKb,
    'Memory of the process that is resident, in KiB.',
  ),
  counter(
    'proc.vmswap',
    (thread) => thread.vmSwapKb,
    'Memory of the process that is swapped out, in KiB.',
  ),
  counter(
    'thread.pfmajor',
    (thread) => thread.pageFaultsMajor,
    'Page faults of the thread that had to wait for a disk, since it was started.',
  ),
  counter(
    'thread.pfminor',
    (thread) => thread.pageFaultsMinor,
    'Page faults of the thread that needed no disk, since it was started.',
  ),
];
