/** Class evt: what files are opened for. False, not absent, on events that open nothing. */

import {
  PPM_O_CREAT,
  PPM_O_F_CREATED,
  PPM_O_RDONLY,
  PPM_O_TMPFILE,
  PPM_O_WRONLY,
  PPM_S_IXGRP,
  PPM_S_IXOTH,
  PPM_S_IXUSR,
} from '../events/constants.gen.ts';
import { PPME } from '../events/event-codes.gen.ts';
import type { EventContext } from '../state/event-context.ts';
import { resultOf } from './evt-result.ts';
import type { Field, Known } from './field.ts';
import { BOOL } from './shapes.ts';
import { fieldMaker } from './simple-field.ts';

const field = fieldMaker('evt');

const EXECUTE_BITS = PPM_S_IXUSR | PPM_S_IXGRP | PPM_S_IXOTH;
const ABSENT = -1;

/** Index of the parameter that holds the open flags; ABSENT on events other than opens. */
function flagsParam(type: number): number {
  switch (type) {
    case PPME.PPME_SYSCALL_OPEN_X:
    case PPME.PPME_SYSCALL_OPEN_BY_HANDLE_AT_X:
      return 2;
    case PPME.PPME_SYSCALL_OPENAT_2_X:
    case PPME.PPME_SYSCALL_OPENAT2_X:
      return 3;
    default:
      return ABSENT;
  }
}

const OPENS_NOTHING: Known = { value: false };

function knownOpen(type: number): Known | undefined {
  return flagsParam(type) === ABSENT ? OPENS_NOTHING : undefined;
}

function openFlags({ event }: EventContext): number {
  const index = flagsParam(event.type);
  return index === ABSENT ? 0 : event.u32(index);
}

/** The mode follows the flags; opening by handle has none, creat has a mode and no flags. */
function createsExecutable(context: EventContext): boolean {
  const { event } = context;
  if (event.type === PPME.PPME_SYSCALL_CREAT_X) return (event.u32(2) & EXECUTE_BITS) !== 0;
  if (event.type === PPME.PPME_SYSCALL_OPEN_BY_HANDLE_AT_X) return false;
  if ((openFlags(context) & (PPM_O_TMPFILE | PPM_O_CREAT)) === 0) return false;
  return (event.u32(flagsParam(event.type) + 1) & EXECUTE_BITS) !== 0;
}

function createsFile(context: EventContext): boolean {
  const flags = openFlags(context);
  if ((flags & PPM_O_F_CREATED) !== 0) return true;
  return (flags & PPM_O_TMPFILE) !== 0 && (resultOf(context) ?? -1) >= 0;
}

export const evtOpenModeFields: readonly Field[] = [
  field({
    name: 'evt.is_open_read',
    ...BOOL,
    description: '"true" for open, openat, openat2 and open_by_handle_at that ask to read.',
    known: knownOpen,
    extract: (context) => (openFlags(context) & PPM_O_RDONLY) !== 0,
  }),
  field({
    name: 'evt.is_open_write',
    ...BOOL,
    description: '"true" for open, openat, openat2 and open_by_handle_at that ask to write.',
    known: knownOpen,
    extract: (context) => (openFlags(context) & PPM_O_WRONLY) !== 0,
  }),
];

export const evtOpenCreateFields: readonly Field[] = [
  field({
    name: 'evt.is_open_exec',
    ...BOOL,
    description:
      '"true" for opens and creat that may create a file and give it execute permission.',
    known: (type) => (type === PPME.PPME_SYSCALL_CREAT_X ? undefined : knownOpen(type)),
    extract: createsExecutable,
  }),
  field({
    name: 'evt.is_open_create',
    ...BOOL,
    description: '"true" for open, openat, openat2 and open_by_handle_at that created a file.',
    known: knownOpen,
    extract: createsFile,
  }),
];
