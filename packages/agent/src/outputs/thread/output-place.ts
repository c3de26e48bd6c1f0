/** Where outputs live: on a thread of their own, or on that of events. */

import type { FromOutputs, ToOutputs } from './messages.ts';

export interface OutputPlace {
  send(message: ToOutputs): void;
  /** Nothing runs there any more. */
  end(): Promise<void>;
  /** It cannot be ended: the process shall not wait for it. */
  abandon(): void;
}

export interface PlaceEvents {
  readonly message: (message: FromOutputs) => void;
  /** It ended by a mistake of ours. */
  readonly death: (error: Error) => void;
}
