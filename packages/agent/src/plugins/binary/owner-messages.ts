/** What the thread of callbacks and the main thread say to each other. */

/** Addresses of the functions that plugins are given. */
export interface OwnerFunctions {
  readonly log: bigint;
  readonly lastError: bigint;
  readonly asyncEvent: bigint;
  /** Does nothing and gives 0: NULL, false or success. */
  readonly nothing: bigint;
  /** Gives failure. */
  readonly refuse: bigint;
}

export interface OwnerSetup {
  /** The text that get_owner_last_error gives. */
  readonly errorText: bigint;
  /**
   * Words: async events that are on their way to the main thread, and those that were refused
   * because they were too many.
   */
  readonly counters: SharedArrayBuffer;
}

export const Counter = { IN_FLIGHT: 0, REFUSED: 1 } as const;

export type FromOwner =
  | { readonly kind: 'ready'; readonly functions: OwnerFunctions }
  | {
      readonly kind: 'log';
      readonly owner: bigint;
      readonly component: string | null;
      readonly message: string;
      readonly severity: number;
    }
  | {
      readonly kind: 'async-event';
      readonly owner: bigint;
      readonly name: string;
      readonly data: Uint8Array;
      /** Undefined: when it comes. */
      readonly timeNs: bigint | undefined;
    };
