/** What the main thread and an HTTP thread say to each other. */

import type { HttpProblem } from './http-error.ts';
import type { HttpLimits } from './http-limits.ts';
import type { Answer } from './http-route.ts';

export interface ListenOptions {
  /** An IP address. */
  readonly address: string;
  /** 0: any that is free. */
  readonly port: number;
  /** Path of a PEM file that holds the certificate, with its chain, and the key. None: no TLS. */
  readonly certificate?: string;
}

/** A route without what only the main thread can do. */
export interface ThreadRoute {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  /** undefined: the main thread is asked. */
  readonly answer: Answer | undefined;
  readonly token: string | undefined;
  readonly bodyBytesMax: number;
  readonly tooLong: Answer | undefined;
}

/** `workerData` of the thread. */
export interface HttpThreadStart {
  readonly listen: ListenOptions;
  readonly routes: readonly ThreadRoute[];
  readonly limits: HttpLimits;
  readonly counters: SharedArrayBuffer;
}

export type ToHttp =
  | { readonly kind: 'answer'; readonly id: number; readonly answer: Answer }
  | { readonly kind: 'close' };

export type FromHttp =
  | { readonly kind: 'listening'; readonly port: number }
  | { readonly kind: 'refused'; readonly problem: HttpProblem }
  | {
      readonly kind: 'ask';
      readonly id: number;
      /** Index into `routes`. */
      readonly route: number;
      readonly type: string;
      readonly body: Uint8Array;
    };
