/** A place where alerts go as lines. */

export interface AlertOutput {
  /** Takes a line without its end. It may stay in memory until `flush`. */
  write(line: string): void;
  /** Everything taken is handed to the system. */
  flush(): void;
  /** For rotated files: what is open is opened again by its name. */
  reopen(): void;
  /** Flushes and lets go. */
  close(): void;
  /** Nobody reads it any more: writing is pointless. */
  readonly isClosed: boolean;
}

/** The output cannot be written to. */
export class OutputError extends Error {
  override readonly name = 'OutputError';
}
