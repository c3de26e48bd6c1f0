/**
 * Hot. What `apply` needs to know of each event type, as typed arrays indexed by event code.
 * Benchmark: state in bench/.
 */

import { PPME } from '../events/event-codes.gen.ts';
import { type EventInfo, eventTable } from '../events/event-table.ts';
import { EC, EF, PT } from '../events/param-types.gen.ts';

export const Trait = {
  /** An unknown thread is looked up, and becomes a placeholder when nothing is known of it. */
  LOOKS_UP: 1,
  /** Updates state only, is never shown to rules. */
  HIDDEN: 2,
  /** Exit of a system call. */
  EXIT: 4,
  /** No meta event: time is counted from the first of these. */
  STARTS_CLOCK: 8,
  /** Belongs to no thread, whatever the id in its header. */
  NO_THREAD: 16,
  /** Applied twice in a row it changes no more than once. */
  REPEATABLE: 32,
} as const;

/** `fdParam` of an event that uses no descriptor. */
export const NO_PARAM = -1;

/**
 * Nothing is looked up for threads that have just begun or ended, nor for scheduler events (mostly
 * kernel threads): /proc would not know them, or would know another one. Internal events belong to
 * no thread; reports about processes to the one that they are about, if it is known.
 */
const unknownToProc: ReadonlySet<number> = new Set([
  PPME.PPME_SYSCALL_CLONE_20_X,
  PPME.PPME_SYSCALL_CLONE3_X,
  PPME.PPME_SYSCALL_FORK_20_X,
  PPME.PPME_SYSCALL_VFORK_20_X,
  PPME.PPME_SCHEDSWITCH_6_E,
  PPME.PPME_PROCEXIT_1_E,
]);

/**
 * What a file is opened as takes the place of what its number stood for, which was the same. The
 * kernel takes the number before it looks at the directory: that one never has the same.
 */
const repeatable: ReadonlySet<number> = new Set([
  PPME.PPME_SYSCALL_OPEN_X,
  PPME.PPME_SYSCALL_CREAT_X,
  PPME.PPME_SYSCALL_OPENAT_2_X,
  PPME.PPME_SYSCALL_OPENAT2_X,
  PPME.PPME_SYSCALL_OPEN_BY_HANDLE_AT_X,
]);

function traitsOf({ id, source, flags, isEnter }: EventInfo): number {
  const isSyscall = (source & EC.EC_SYSCALL) !== 0;
  const isMeta = (source & EC.EC_METAEVENT) !== 0;
  const isOfThread = isSyscall || (source & EC.EC_TRACEPOINT) !== 0;
  const skipsState = (flags & EF.EF_SKIPPARSERESET) !== 0;
  const isHidden = (isEnter && isSyscall) || (source & EC.EC_ITER) !== 0;
  const hasThread = (isOfThread && !skipsState) || id === PPME.PPME_PROCINFO_E;
  return (
    (isOfThread && !skipsState && !unknownToProc.has(id) ? Trait.LOOKS_UP : 0) |
    (isHidden ? Trait.HIDDEN : 0) |
    (isSyscall && !isEnter ? Trait.EXIT : 0) |
    (isMeta ? 0 : Trait.STARTS_CLOCK) |
    (hasThread ? 0 : Trait.NO_THREAD) |
    (repeatable.has(id) ? Trait.REPEATABLE : 0)
  );
}

/** The first descriptor after the result; splice is the one call that is about its second one. */
function fdParamOf({ id, flags, isEnter, params }: EventInfo): number {
  if (isEnter || (flags & EF.EF_USES_FD) === 0) return NO_PARAM;
  if (id === PPME.PPME_SYSCALL_SPLICE_X) return params.findIndex(({ name }) => name === 'fd_out');
  return params.findIndex(({ type }, index) => index > 0 && type === PT.PT_FD);
}

/** Bits of `Trait` by event code. */
export const eventTraits: Uint8Array = Uint8Array.from(eventTable, traitsOf);

/** By event code: the parameter that names the descriptor which the event uses. */
export const fdParam: Int8Array = Int8Array.from(eventTable, fdParamOf);
