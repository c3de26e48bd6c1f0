/** What a match becomes. Outputs, stores and routes see alerts and never an event. */

import type { Int64 } from '../base/int64.ts';
import type { Priority } from '../rules/rule.ts';

/** A value in `output_fields`. `raw` numbers are exact decimal text that JSON must print as a number. */
export type AlertValue = string | number | boolean | null | { readonly raw: string } | readonly string[];

export interface Alert {
  readonly rule: string;
  readonly priority: Priority;
  readonly source: string;
  readonly tags: readonly string[];
  readonly hostname: string;
  /** Nanoseconds since the epoch. */
  readonly time: Int64;
  /** `time` as the line shows it. */
  readonly timeText: string;
  /** The template with its fields filled in: Unicode, not escaped. */
  readonly message: string;
  /** By the text with which the field was written. */
  readonly outputFields: ReadonlyMap<string, AlertValue>;
}
