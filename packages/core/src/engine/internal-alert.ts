/**
 * Alerts about the program itself rather than about an event: lost events, silence of the kernel,
 * sizes reached. Outputs deliver them like all others; alert-line.ts prints them in Falco's form
 * for such messages (falco_outputs.cpp, handle_msg).
 */

import { highWord, type Int64, lowWord } from '../base/int64.ts';
import { timeText, utcText } from '../events/time-text.ts';
import type { JsonValue } from '../fields/field.ts';
import type { Priority } from '../rules/rule.ts';
import type { Alert } from './alert.ts';

/** No event source has this name, so no rule can be of it. */
export const INTERNAL_SOURCE = 'internal';

export interface InternalMessage {
  /** Under `Falco internal:`, by which programs that read Falco's output know such alerts. */
  readonly rule: string;
  readonly priority: Priority;
  readonly text: string;
  readonly fields: Readonly<Record<string, JsonValue>>;
}

export interface InternalOrigin {
  readonly hostname: string;
  /** time_format_iso_8601. */
  readonly iso8601: boolean;
}

/** `time`: nanoseconds since the epoch. */
export function internalAlert(
  message: InternalMessage,
  time: Int64,
  { hostname, iso8601 }: InternalOrigin,
): Alert {
  const low = lowWord(time);
  const high = highWord(time);
  const utc = utcText(low, high);
  return {
    rule: message.rule,
    priority: message.priority,
    source: INTERNAL_SOURCE,
    tags: [],
    hostname,
    time,
    timeText: iso8601 ? `${utc}+0000` : timeText(low, high),
    timeUtc: `${utc}Z`,
    message: message.text,
    outputFields: new Map(
      Object.entries(message.fields).toSorted(([left], [right]) => (left < right ? -1 : 1)),
    ),
  };
}
