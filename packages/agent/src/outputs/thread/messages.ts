/** What the thread of events and the thread of outputs say to each other. */

import type { OutputsConfig } from '../../config/config.ts';

/** `workerData` of the thread of outputs. */
export interface OutputThreadStart {
  readonly outputs: OutputsConfig;
  /** One word: lines that were written or given up. */
  readonly done: SharedArrayBuffer;
}

export type ToOutputs =
  | { readonly kind: 'lines'; readonly lines: readonly string[] }
  | { readonly kind: 'reopen' }
  | { readonly kind: 'close' };

export type FromOutputs =
  /** An output cannot be written to; it is tried again with the next line. */
  | { readonly kind: 'failed'; readonly message: string }
  /** Nobody reads any of the outputs any more. */
  | { readonly kind: 'unread' }
  | { readonly kind: 'closed' };
