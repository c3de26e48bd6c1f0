/** What is wrong with a capture's bytes. The reader throws nothing else about them. */

export type CaptureErrorCode =
  /** Does not begin with a section header: some other file, or an empty one. */
  | 'not_a_capture'
  /** gzip bytes were given to a reader of plain ones. */
  | 'compressed'
  /** Written by a newer major version of the format. */
  | 'unsupported_version'
  /** Ends inside a block. */
  | 'truncated'
  /** A block is longer than the limit for its kind. */
  | 'oversized'
  /** Lengths in a block contradict each other, or a value is impossible. */
  | 'corrupt_block'
  /** The record in an event block is no event. */
  | 'corrupt_event'
  /** A block that only belongs before the first event. */
  | 'unexpected_block'
  /** The compressed file is damaged or incomplete. */
  | 'damaged_gzip';

/** Where in the capture, for messages and for programs. */
export interface CapturePlace {
  /** Bytes from the beginning of the unpacked capture to the block or list entry that is wrong. */
  readonly offset: number;
  /** What the block is, e.g. "event V2 block"; "capture" outside any. */
  readonly block: string;
}

export class CaptureFormatError extends Error {
  override readonly name = 'CaptureFormatError';
  readonly code: CaptureErrorCode;
  readonly offset: number;
  readonly block: string;

  /** `problem` says what was found and what is allowed, with numbers. */
  constructor(code: CaptureErrorCode, place: CapturePlace, problem: string, cause?: unknown) {
    const { offset, block } = place;
    const message = `reading ${block} at byte ${offset}: ${problem}`;
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.offset = offset;
    this.block = block;
  }
}
