/** For tests: a machine that events are told to one after another, and what is then known of it. */

import assert from 'node:assert/strict';
import { encodeNamed } from '../events/encode.ts';
import type { ParamInput } from '../events/encode-param.ts';
import { EventView } from '../events/event-view.ts';
import type { ThreadEntry } from '../events/snapshot.ts';
import { unknownThread } from '../events/thread-entry.cases.ts';
import type { EventContext } from './event-context.ts';
import type { FdInfo } from './fd-info.ts';
import { type StateOptions, SystemState } from './system-state.ts';
import type { ThreadInfo } from './thread-info.ts';

export type Values = Readonly<Record<string, ParamInput>>;

const SECOND = 1_000_000_000n;

/** A row of the process list: a process with one thread, unless `facts` says otherwise. */
export function threadEntry(tid: number, facts: Partial<ThreadEntry> = {}): ThreadEntry {
  const own = { tid, pid: tid, vtid: tid, vpid: tid, comm: `p${tid}` };
  return { ...unknownThread, cwd: '/', root: '/', fdLimit: 1024, ...own, ...facts };
}

export class TestMachine {
  readonly event: EventView = new EventView();
  readonly state: SystemState;
  /** Nanoseconds; every event is a microsecond later than the one before. */
  time: bigint = 1_700_000_000n * SECOND;
  #number = 0;

  constructor(options: StateOptions = {}) {
    this.state = new SystemState(this.event, options);
  }

  get context(): EventContext {
    return this.state.context;
  }

  /** Threads that are there from the start. */
  starts(...entries: readonly ThreadEntry[]): this {
    for (const entry of entries) this.state.thread(entry);
    this.state.finishSnapshot();
    return this;
  }

  /** Applies an event of thread `tid`; parameters that `values` does not name are empty. */
  on(tid: number, type: number, values: Values = {}): EventContext {
    return this.apply(encodeNamed(type, { time: this.time, tid }, values));
  }

  apply(record: Uint8Array): EventContext {
    const { event } = this;
    event.attach(record, new DataView(record.buffer, record.byteOffset, record.byteLength));
    assert.ok(event.place(0, record.length), 'the record is an event');
    event.num = ++this.#number;
    this.time += 1000n;
    this.isShown = this.state.apply();
    return this.context;
  }

  /** Whether rules saw the last event. */
  isShown = false;

  later(seconds: number): void {
    this.time += BigInt(Math.round(seconds * 1e9));
  }

  thread(tid: number): ThreadInfo {
    const thread = this.state.threads.get(tid);
    assert.ok(thread !== undefined, `thread ${tid} is known`);
    return thread;
  }

  fd(tid: number, number: number): FdInfo {
    const entry = this.state.threads.fdsOf(this.thread(tid))?.get(number);
    assert.ok(entry !== undefined, `descriptor ${number} of thread ${tid} is known`);
    return entry;
  }

  /** Numbers of the descriptors that the thread uses. */
  fds(tid: number): number[] {
    const table = this.state.threads.fdsOf(this.thread(tid));
    return [...(table?.entries() ?? [])].map(([number]) => number);
  }
}
