/**
 * The current event together with what state knows about it: what every field extractor and every
 * reducer is given. There is one, reused for every event; nothing in it outlives the event.
 */

import type { Text } from '../base/text-table.ts';
import type { EventView } from '../events/event-view.ts';
import type { FdType } from '../events/fd-type.ts';
import type { EnterEvent } from './enter-event.ts';
import { FdInfo } from './fd-info.ts';
import type { FdTable } from './fd-table.ts';
import type { SystemState } from './system-state.ts';
import type { ThreadInfo } from './thread-info.ts';

/** `fdNumber` of an event that has no descriptor. */
export const NO_FD = -1;

/** No small integer: makes V8 keep a field as a double from the start, see EventView.timeLow. */
const AS_DOUBLE = 0xffff_ffff;

export class EventContext {
  readonly event: EventView;
  readonly state: SystemState;
  /** The event's thread: real or a placeholder; undefined for events that belong to no thread. */
  thread: ThreadInfo | undefined = undefined;
  /** Main thread of the group of `thread`; undefined when unknown, as it is for a placeholder. */
  main: ThreadInfo | undefined = undefined;
  /** "The event's fd" of the field semantics, after the event was applied. */
  fdNumber: number = NO_FD;
  fd: FdInfo | undefined = undefined;
  /**
   * Whether the event's descriptor's name differs from the one at its previous lookup:
   * fd.name_changed.
   */
  fdNameChanged = false;
  /**
   * On the exit of a call: its enter event, where one was kept. Valid until the thread's next
   * event.
   */
  enter: EnterEvent | undefined = undefined;
  /**
   * Time of the first event that is not a meta event, as two words; both 0 before it: for
   * evt.reltime.
   */
  firstTimeLow: number = AS_DOUBLE;
  firstTimeHigh = 0;
  /** Time of the numbered event before this one; both 0 on the first one: for evt.deltatime. */
  previousTimeLow: number = AS_DOUBLE;
  previousTimeHigh = 0;
  /**
   * While outputs are made under buffer_format_base64: buffers read as base64, not as text with
   * dots.
   */
  base64Buffers = false;

  /**
   * Rules asked for a value that depends on the moment (Scope of core/fields): their answer may be
   * another one on an event that says the same. Set by the engine, reset by whoever asks.
   */
  isMomentary = false;

  /** Of the last event. */
  readonly #time = new Uint32Array(2);

  constructor(event: EventView, state: SystemState) {
    this.event = event;
    this.state = state;
    this.firstTimeLow = 0;
    this.previousTimeLow = 0;
  }

  /** For state: one more event was numbered. `startsClock`: it is no meta event. */
  takeTime(startsClock: boolean): void {
    const { timeLow, timeHigh } = this.event;
    const time = this.#time;
    this.previousTimeLow = time[0] ?? 0;
    this.previousTimeHigh = time[1] ?? 0;
    time[0] = timeLow;
    time[1] = timeHigh;
    if (!startsClock || this.firstTimeHigh !== 0 || this.firstTimeLow !== 0) return;
    this.firstTimeLow = timeLow;
    this.firstTimeHigh = timeHigh;
  }

  /**
   * The descriptors that the event's thread uses. Nearly always those of `main`; a placeholder
   * keeps the ones that it was seen to open itself.
   */
  get fds(): FdTable | undefined {
    return this.thread === undefined ? undefined : this.state.threads.fdsOf(this.thread);
  }

  /** For reducers: the thread is another one than the event's header led to. */
  setThread(thread: ThreadInfo | undefined): void {
    this.thread = thread;
    this.main = thread === undefined ? undefined : this.state.threads.mainOf(thread);
  }

  /**
   * For reducers: `fd` as the event found it, to be changed. Other processes, which may have it
   * from a fork, keep theirs.
   */
  ownFd(): FdInfo | undefined {
    const { fd } = this;
    if (fd?.isShared === true) this.fd = this.fds?.own(this.fdNumber);
    return this.fd;
  }

  /**
   * For reducers: the event made this descriptor. Undefined entries are those for which the table
   * has no room.
   */
  addFd(number: number, entry: FdInfo): void {
    const { thread } = this;
    if (thread === undefined) return;
    const isAdded = this.state.threads.fdsForAdding(thread)?.set(number, entry) === true;
    this.fdNumber = number;
    this.fd = isAdded ? entry : undefined;
    this.fdNameChanged = isAdded && entry.isNamed;
  }

  /** As `addFd`, of a file: in the entry that the number had, where no other process has it. */
  addFile(number: number, type: FdType, path: Text, rawPath: Text): FdInfo {
    const { thread } = this;
    const known =
      thread === undefined ? undefined : this.state.threads.fdsForAdding(thread)?.get(number);
    if (known === undefined || known.isShared) {
      const entry = new FdInfo(type, path, rawPath);
      this.addFd(number, entry);
      return entry;
    }
    known.renew(type, path, rawPath);
    this.fdNumber = number;
    this.fd = known;
    this.fdNameChanged = known.isNamed;
    return known;
  }
}
