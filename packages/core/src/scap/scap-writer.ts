/**
 * Writes a capture in the current version of the format (docs/formats/capture.md). It is a
 * SnapshotSink, so that a scan of the machine, or another capture's reader, can write straight into
 * it; then come the events.
 */

import { assert } from '../base/assert.ts';
import { hasLargePayload } from '../events/event-table.ts';
import type { EventView } from '../events/event-view.ts';
import { FdType } from '../events/fd-type.ts';
import type {
  FdEntry,
  GroupEntry,
  MachineInfo,
  NetworkInterface,
  SnapshotSink,
  ThreadEntry,
  UserEntry,
} from '../events/snapshot.ts';
import {
  BLOCK,
  BLOCK_HEADER_BYTES,
  BLOCK_TRAILER_BYTES,
  eventKinds,
  FLAG_STATE_ONLY,
  FORMAT_MAJOR,
  FORMAT_MINOR,
  SECTION_MAGIC,
} from './block-kinds.ts';
import { ByteBuilder } from './byte-builder.ts';
import { encodeFd } from './fd-list.ts';
import { encodeInterface } from './interface-list.ts';
import { encodeMachineInfo } from './machine-info.ts';
import { encodeThread } from './process-list.ts';
import { LENGTH_AT, TYPE_AT } from './record-layout.ts';
import { encodeGroup, encodeUser } from './user-list.ts';

/** Output is handed on when this much of it is complete. */
const OUTPUT_BYTES = 256 << 10;
/**
 * Lists of processes and descriptors go on in a further block from here, which every reader joins.
 */
const LIST_BYTES = 1 << 20;
/** The last kind of descriptor that sysdig 0.29 knows. */
const SYSDIG_029_FD_TYPE_MAX = FdType.FILE_V2;

export const CAPTURE_FORMATS = ['current', 'sysdig-0.29'] as const;
/**
 * `current` is what libs since 0.10 and Falco write. `sysdig-0.29` is what sysdig up to 0.29
 * understands: it ends entries of processes after the capabilities, which that needs to get the
 * login uid and the capabilities right (lost are tty, start of the pid namespace, layer and memfd
 * flags, inode and times of the executable, and pgid), and calls kinds of descriptors that came
 * later unsupported, where that would refuse the file.
 */
export type CaptureFormat = (typeof CAPTURE_FORMATS)[number];

export interface ScapWriterOptions {
  /** Default current. */
  readonly format?: CaptureFormat;
}

export class ScapWriter implements SnapshotSink {
  /** Events that no event block can hold and that were therefore left out. */
  tooLong = 0;
  readonly #write: (bytes: Uint8Array) => void;
  readonly #isForSysdig029: boolean;
  readonly #output = new ByteBuilder(OUTPUT_BYTES * 2);
  /** Type and beginning of the list block that entries are added to; 0 when none is open. */
  #listType = 0;
  #listStart = 0;
  /** Whose descriptors the open list holds. */
  #owner = 0;
  #inEvents = false;

  /** `write` gets the bytes in order; they are the writer's own and valid during the call only. */
  constructor(write: (bytes: Uint8Array) => void, options: ScapWriterOptions = {}) {
    this.#write = write;
    this.#isForSysdig029 = options.format === 'sysdig-0.29';
    this.section();
  }

  /**
   * Begins a further section: another machine, or the same one at another time. The first one needs
   * no call.
   */
  section(): void {
    this.#closeList();
    this.#inEvents = false;
    const start = this.#beginBlock(BLOCK.SECTION_HEADER);
    this.#output.u32(SECTION_MAGIC);
    this.#output.u16(FORMAT_MAJOR);
    this.#output.u16(FORMAT_MINOR);
    this.#output.u64(-1);
    this.#endBlock(start);
  }

  machine(machine: MachineInfo): void {
    this.#closeList();
    const start = this.#beginBlock(BLOCK.MACHINE_INFO);
    encodeMachineInfo(this.#output, machine);
    this.#endBlock(start);
  }

  networkInterface(entry: NetworkInterface): void {
    this.#openList(BLOCK.INTERFACE_LIST_V2);
    encodeInterface(this.#output, entry);
  }

  user(entry: UserEntry): void {
    this.#openList(BLOCK.USER_LIST_V2);
    encodeUser(this.#output, entry);
  }

  group(entry: GroupEntry): void {
    this.#openList(BLOCK.USER_LIST_V2);
    encodeGroup(this.#output, entry);
  }

  thread(entry: ThreadEntry): void {
    if (this.#listBytes() >= LIST_BYTES) this.#closeList();
    this.#openList(BLOCK.PROCESS_LIST_V9);
    encodeThread(this.#output, entry, this.#isForSysdig029);
  }

  /**
   * The descriptors of one thread follow each other. Those of unknown type have no form in the
   * format: left out.
   */
  fd(tid: number, entry: FdEntry): void {
    if (this.#owner !== tid || this.#listBytes() >= LIST_BYTES) this.#closeList();
    if (this.#openList(BLOCK.FD_LIST_V2)) {
      this.#owner = tid;
      this.#output.u64(tid);
    }
    const isNews = this.#isForSysdig029 && entry.type > SYSDIG_029_FD_TYPE_MAX;
    encodeFd(this.#output, isNews ? { ...entry, type: FdType.UNSUPPORTED } : entry);
  }

  /**
   * The event that the view is placed over, byte for byte. False when it is too long for a block:
   * left out.
   */
  event(event: EventView): boolean {
    return this.#event(event.bytes, event.start, event.end, event);
  }

  /** The same, for readers to update what they know of the machine with, and to show to nobody. */
  hidden(event: EventView): boolean {
    const { cpu } = event;
    return this.#event(event.bytes, event.start, event.end, { cpu, stateOnly: true });
  }

  /** An encoded record (docs/formats/event.md). False when it is too long for a block: left out. */
  record(bytes: Uint8Array, from: { readonly cpu: number; readonly stateOnly: boolean }): boolean {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    const length = view.getUint32(LENGTH_AT, true);
    assert(length === bytes.length, `a record of ${bytes.length} bytes says that it has ${length}`);
    return this.#event(bytes, 0, length, from);
  }

  /** Hands on everything written so far. */
  flush(): void {
    this.#closeList();
    if (this.#output.length === 0) return;
    this.#write(this.#output.written());
    this.#output.length = 0;
  }

  #event(
    bytes: Uint8Array,
    start: number,
    end: number,
    from: { readonly cpu: number; readonly stateOnly: boolean },
  ): boolean {
    this.#closeList();
    this.#inEvents = true;
    const type = (bytes[start + TYPE_AT] ?? 0) + (bytes[start + TYPE_AT + 1] ?? 0) * 256;
    const kind = eventKinds.get(eventBlock(hasLargePayload[type] === 1, from.stateOnly));
    assert(kind !== undefined, 'every event block is in the table');
    const length = padded(kind.recordAt + (end - start)) + BLOCK_TRAILER_BYTES;
    if (length > kind.bytesMax) {
      this.tooLong++;
      return false;
    }
    const block = this.#beginBlock(kind.type);
    this.#output.u16(from.cpu);
    if (kind.hasFlags) this.#output.u32(FLAG_STATE_ONLY);
    this.#output.bytes(bytes, start, end);
    this.#endBlock(block);
    return true;
  }

  /** Where the block begins in the output. */
  #beginBlock(type: number): number {
    const start = this.#output.length;
    this.#output.u32(type);
    this.#output.u32(0);
    return start;
  }

  #endBlock(start: number): void {
    const output = this.#output;
    const body = output.length - start;
    output.zeros(padded(body) - body);
    const length = output.length - start + BLOCK_TRAILER_BYTES;
    output.u32(length);
    output.patchU32(start + BLOCK_HEADER_BYTES - 4, length);
    if (output.length >= OUTPUT_BYTES) {
      this.#write(output.written());
      output.length = 0;
    }
  }

  /** Entries of a list of this type follow; true when its block was only now begun. */
  #openList(type: number): boolean {
    assert(!this.#inEvents, 'the snapshot of the machine comes before the first event');
    if (this.#listType === type) return false;
    this.#closeList();
    this.#listStart = this.#beginBlock(type);
    this.#listType = type;
    return true;
  }

  #closeList(): void {
    if (this.#listType === 0) return;
    this.#listType = 0;
    this.#endBlock(this.#listStart);
  }

  #listBytes(): number {
    return this.#listType === 0 ? 0 : this.#output.length - this.#listStart;
  }
}

function padded(length: number): number {
  return (length + 3) & ~3;
}

function eventBlock(large: boolean, withFlags: boolean): number {
  if (large) return withFlags ? BLOCK.EVENT_FLAGS_V2_LARGE : BLOCK.EVENT_V2_LARGE;
  return withFlags ? BLOCK.EVENT_FLAGS_V2 : BLOCK.EVENT_V2;
}
