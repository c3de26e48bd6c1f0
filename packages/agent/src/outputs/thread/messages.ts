/** What the thread of events and its outputs say to each other. */

import type { OutputsConfig } from '../../config/output-config.ts';
import type { OutgoingAlert } from '../alert-output.ts';
import type { ServedVersions } from '../grpc/services.ts';
import type { OutputName } from '../open-outputs.ts';

/** What outputs are started with, wherever they live. */
export interface OutputsStart {
  readonly outputs: OutputsConfig;
  /** Those of the configuration that live in this place. */
  readonly names: readonly OutputName[];
  readonly json: boolean;
  readonly holds: boolean;
  readonly versions: ServedVersions;
}

export type ToOutputs =
  | {
      readonly kind: 'alerts';
      readonly name: OutputName;
      readonly alerts: readonly OutgoingAlert[];
    }
  | { readonly kind: 'reopen' }
  | { readonly kind: 'finish' }
  | { readonly kind: 'close' };

export type FromOutputs =
  /** What became of alerts since the last time, and the last thing that went wrong. */
  | {
      readonly kind: 'settled';
      readonly name: OutputName;
      readonly delivered: number;
      readonly failed: number;
      readonly problem: string | undefined;
    }
  /** Nobody reads it any more. */
  | { readonly kind: 'unread'; readonly name: OutputName }
  | { readonly kind: 'closed' };
