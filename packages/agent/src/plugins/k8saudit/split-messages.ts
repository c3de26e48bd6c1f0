/** What the thread that splits payloads and the main thread say to each other. */

import type { EventBatch } from '@saker/core/k8s-audit/event-batch.ts';
import type { SplitPayload } from '@saker/core/k8s-audit/split-payload.ts';

/** `workerData` of the thread. */
export interface SplitThreadStart {
  readonly eventBytesMax: number;
}

/** What is to be split. Its bytes are handed over: the sender has them no more. */
export type Payload =
  /** Of a POST. */
  | { readonly form: 'body'; readonly bytes: Uint8Array<ArrayBuffer>; readonly type: string }
  /** Whole lines of a file, each a document. */
  | {
      readonly form: 'lines';
      readonly bytes: Uint8Array<ArrayBuffer>;
      /** Number of the first one in its file. */
      readonly firstLine: number;
    };

export interface SplitRequest {
  readonly id: number;
  readonly payload: Payload;
}

export interface SplitReply extends Omit<SplitPayload, 'events'> {
  readonly id: number;
  readonly batch: EventBatch;
  /** What a POST is answered. */
  readonly answer: { readonly status: number; readonly text: string };
}
