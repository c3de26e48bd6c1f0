/**
 * The body of a POST from an API server, and what is answered. For the webhook of the k8saudit
 * plugin, and for the web server, where older Falcos had an endpoint for audit events.
 *
 * Falco answers before it looks at the body. Here what is no JSON, or has no event in it, is
 * refused with the reason, which the API server logs.
 */

import { host } from '../base/host.ts';
import { type SplitPayload, splitPayload } from './split-payload.ts';

export interface AuditAnswer {
  readonly status: 200 | 400;
  /** For people; empty on success. */
  readonly text: string;
  /** Undefined: the body was not looked at. */
  readonly split: SplitPayload | undefined;
}

/** `contentType`: the header, undefined or "" without one. */
export function handleAuditBody(
  contentType: string | undefined,
  body: Uint8Array,
  eventBytesMax: number,
): AuditAnswer {
  if (!isJsonType(contentType))
    return { status: 400, text: 'wrong Content Type', split: undefined };
  const split = splitPayload(host.byteString(body, 0, body.length), eventBytesMax);
  const [problem] = split.problems;
  if (problem === undefined || split.events.length > 0) return { status: 200, text: '', split };
  return { status: 400, text: `bad request: ${problem.message}`, split };
}

/** As loose as Falco: parameters and suffixes may stand around it. */
export function isJsonType(contentType: string | undefined): boolean {
  return contentType?.toLowerCase().includes('application/json') === true;
}
