/** Hot. Parameters of events in the forms in which state keeps them. Benchmark: state in bench/. */

import { type ByteString, host } from '../base/host.ts';
import { NO_SLOT, Text, type TextTable } from '../base/text-table.ts';
import type { EventView } from '../events/event-view.ts';

/** What a string that could not be read is called, by drivers and by Falco. */
const NOT_READ = '<NA>';
const NOT_READ_TEXT = new Text(NOT_READ, 0, 0, NO_SLOT);
/** The same, in old captures. */
const OLD_NOT_READ = '(NULL)';

/** The string of a string parameter; one that is empty could not be read. */
export function stringParam(event: EventView, index: number): ByteString {
  return internedLength(event, index) < 0 ? NOT_READ : event.string(index);
}

/** As `stringParam`, interned. */
export function internParam(event: EventView, texts: TextTable, index: number): Text {
  const length = internedLength(event, index);
  if (length < 0) return NOT_READ_TEXT;
  const start = event.paramStart(index);
  return texts.intern(event.bytes, start, start + length);
}

/**
 * The string that follows the parameters: on opens the path that the kernel found, where it is not
 * the name that was given. Only for events that have it.
 */
export function internTail(event: EventView, texts: TextTable): Text {
  const { bytes, tailStart: start, tailLength } = event;
  const ends = tailLength > 0 && bytes[start + tailLength - 1] === 0;
  return texts.intern(bytes, start, start + (ends ? tailLength - 1 : tailLength));
}

/** Whether the parameter holds a string that was read. */
export function hasText(event: EventView, index: number): boolean {
  const length = internedLength(event, index);
  return length >= 0 && !(length === NOT_READ.length && event.string(index) === NOT_READ);
}

/** Bytes before the first NUL; -1 for a string that was not read. */
function internedLength(event: EventView, index: number): number {
  const length = event.paramLength(index);
  if (length === 0) return -1;
  const { bytes } = event;
  const start = event.paramStart(index);
  let end = start;
  while (end < start + length && bytes[end] !== 0) end++;
  const isOldMark = length === OLD_NOT_READ.length + 1 && event.string(index) === OLD_NOT_READ;
  return isOldMark ? -1 : end - start;
}

/** A list of NUL-separated strings without the final NUL: the form of ThreadInfo.args. */
export function listParam(event: EventView, index: number): ByteString {
  const start = event.paramStart(index);
  return host.byteString(event.bytes, start, start + listLength(event, index));
}

/** As `listParam`, interned: for lists of which many events have the same. */
export function internList(event: EventView, texts: TextTable, index: number): Text {
  const start = event.paramStart(index);
  return texts.intern(event.bytes, start, start + listLength(event, index));
}

function listLength(event: EventView, index: number): number {
  const length = event.paramLength(index);
  if (length === 0) return 0;
  return event.bytes[event.paramStart(index) + length - 1] === 0 ? length - 1 : length;
}
