/**
 * What the text of parameters needs to know beyond the record: the tables of a higher layer, as
 * seen by the current event. State implements it; tests and tools that have no state use
 * `noResolver`.
 */

import type { ByteString } from '../base/host.ts';
import type { FdType, L4 } from './fd-type.ts';

/** An open descriptor, as far as its text needs it. State's FdInfo is one. */
export interface ResolvedFd {
  readonly type: FdType;
  readonly l4proto: L4;
  /** `fd.name`; "" for what has no name. */
  readonly name: ByteString;
}

export interface ParamResolver {
  /**
   * Working directory of the event's thread, ending in "/"; "" when never learnt; undefined when
   * the event has no thread.
   */
  cwd(): ByteString | undefined;
  /** A descriptor of the event's thread, valid until the next call; undefined when unknown. */
  fd(number: number): ResolvedFd | undefined;
  /** `comm` of the thread with that id, placeholders included; undefined when there is none. */
  comm(tid: number): ByteString | undefined;
  /** Names in the tables of the thread's container; undefined or "" when unknown. */
  userName(uid: number): ByteString | undefined;
  groupName(gid: number): ByteString | undefined;
  /**
   * Buffers read as base64 instead of dotted text: buffer_format_base64, which concerns outputs and
   * never conditions.
   */
  readonly base64?: boolean;
}

/** Knows nothing. */
export const noResolver: ParamResolver = {
  cwd: () => undefined,
  fd: () => undefined,
  comm: () => undefined,
  userName: () => undefined,
  groupName: () => undefined,
};
