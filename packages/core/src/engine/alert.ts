/** What a match becomes. Outputs, stores and routes see alerts and never an event. */

import type { Int64 } from '../base/int64.ts';
import type { JsonValue } from '../fields/field.ts';
import type { Priority } from '../rules/rule.ts';

export interface Alert {
  readonly rule: string;
  readonly priority: Priority;
  readonly source: string;
  readonly tags: readonly string[];
  readonly hostname: string;
  /** Nanoseconds since the epoch. */
  readonly time: Int64;
  /** `time` as lines begin with it. */
  readonly timeText: string;
  /** `time` as `YYYY-mm-ddTHH:MM:SS.nnnnnnnnnZ`. */
  readonly timeUtc: string;
  /** The template with its fields filled in: Unicode, not escaped. */
  readonly message: string;
  /** By the text with which the field was written, sorted by it. */
  readonly outputFields: ReadonlyMap<string, JsonValue>;
}
