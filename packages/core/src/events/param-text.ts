/**
 * Parameters of events as text: evt.args, evt.arg.X, and what is derived from them. Every parameter
 * has a raw text (`-2`), and some have a resolved one besides (`ENOENT`). How each type reads is
 * the table in param-kinds.ts; here its rows are made once per event code and parameter.
 *
 * Texts are byte strings: the bytes of names and paths pass through unchanged. Resolving asks the
 * tables as they are at the time of the call, which for outputs is after the event was applied to
 * them.
 */

import type { ByteString } from '../base/host.ts';
import { PPME } from './event-codes.gen.ts';
import { eventTable } from './event-table.ts';
import type { EventView } from './event-view.ts';
import { type ParamKind, paramKind } from './param-kinds.ts';
import type { ParamResolver } from './param-resolver.ts';

export interface ParamText {
  readonly raw: ByteString;
  /** "" when there is nothing to resolve. */
  readonly resolved: ByteString;
}

/** By event code; filled as codes occur, because a run sees few of them. */
const kindsByType: (readonly ParamKind[] | undefined)[] = [];

function kindsOf(type: number): readonly ParamKind[] {
  return (kindsByType[type] ??= (eventTable[type]?.params ?? []).map(paramKind));
}

/**
 * Both texts of a parameter; undefined when the record does not hold it. A parameter held without
 * bytes has text.
 */
export function formatParam(
  event: EventView,
  index: number,
  resolver: ParamResolver,
): ParamText | undefined {
  const kind = index < event.paramCount ? kindsOf(event.type)[index] : undefined;
  if (kind === undefined) return undefined;
  const start = event.paramStart(index);
  const length = event.paramLength(index);
  return {
    raw: kind.raw(event, start, length, resolver),
    resolved: kind.resolved(event, start, length, resolver),
  };
}

/**
 * evt.arg.X: the resolved text, or where there is none the raw one. Undefined when the record does
 * not hold the parameter.
 */
export function formatArg(
  event: EventView,
  index: number,
  resolver: ParamResolver,
): ByteString | undefined {
  const kind = index < event.paramCount ? kindsOf(event.type)[index] : undefined;
  if (kind === undefined) return undefined;
  const start = event.paramStart(index);
  const length = event.paramLength(index);
  return kind.resolved(event, start, length, resolver) || kind.raw(event, start, length, resolver);
}

/**
 * evt.args: `name=raw` or `name=raw(resolved)` for every parameter that the record holds, with
 * blanks between. "" for system calls without an event of their own: their parameters say which
 * call it was, and evt.type shows that.
 */
export function formatArgs(event: EventView, resolver: ParamResolver): ByteString {
  if (event.type === PPME.PPME_GENERIC_E || event.type === PPME.PPME_GENERIC_X) return '';
  const params = eventTable[event.type]?.params ?? [];
  const texts: ByteString[] = [];
  for (let index = 0; index < event.paramCount; index++) {
    const text = formatParam(event, index, resolver);
    if (text === undefined) break;
    const resolved = text.resolved === '' ? '' : `(${text.resolved})`;
    texts.push(`${params[index]?.name}=${text.raw}${resolved}`);
  }
  return texts.join(' ');
}
