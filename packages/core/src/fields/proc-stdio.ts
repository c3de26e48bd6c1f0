/** Standard input, output and error: what descriptors 0, 1 and 2 of the process are. */

import { fdTypeName } from '../events/fd-type.ts';
import type { EventContext } from '../state/event-context.ts';
import type { FdInfo } from '../state/fd-info.ts';
import type { Field } from './field.ts';
import { CHARBUF } from './shapes.ts';
import { fieldMaker } from './simple-field.ts';

const field = fieldMaker('process');

const STREAMS = [
  ['stdin', 'standard input'],
  ['stdout', 'standard output'],
  ['stderr', 'standard error'],
] as const;

function stream({ thread, state }: EventContext, fd: number): FdInfo | undefined {
  return thread === undefined ? undefined : state.threads.fdsOf(thread)?.get(fd);
}

/** In the order of the listing: all types, then all names. */
export const procStdioFields: readonly Field[] = [
  ...STREAMS.map(([name, words], fd) =>
    field({
      name: `proc.${name}.type`,
      ...CHARBUF,
      description:
        `Kind of descriptor that ${words} (${fd}) is: file, pipe, ipv4, unix, ...; see fd.type. ` +
        'Absent when unknown.',
      extract: (context) => {
        const entry = stream(context, fd);
        return entry === undefined ? undefined : fdTypeName(entry.type);
      },
    }),
  ),
  ...STREAMS.map(([name, words], fd) =>
    field({
      name: `proc.${name}.name`,
      ...CHARBUF,
      description:
        `Name of what ${words} (${fd}) is connected to: a path, the addresses of a socket; ` +
        'see fd.name.',
      extract: (context) => stream(context, fd)?.name,
    }),
  ),
];
