/**
 * For tests only: where the shared test data is, or why a test must be skipped; and a replay of a
 * capture.
 */

import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { EventView } from './events/event-view.ts';
import { ScapReader } from './scap/scap-reader.ts';
import type { EventContext } from './state/event-context.ts';
import { SystemState } from './state/system-state.ts';

const root = resolve(import.meta.dirname, '../../../../shared');

/** Absolute path of `name` in the folder of shared test data. */
export function sharedPath(name: string): string {
  return resolve(root, name);
}

/** For `test(name, { skip: skipWithoutShared }, ...)`: false, or the reason that is printed. */
export const skipWithoutShared: false | string = existsSync(root)
  ? false
  : 'the shared test data (../shared) is absent';

/**
 * Calls `onEvent` for every event of a capture that rules may see, after state has applied it.
 * Returns their number.
 */
export function replayCapture(path: string, onEvent: (context: EventContext) => void): number {
  const packed = readFileSync(path);
  const bytes = packed[0] === 0x1f && packed[1] === 0x8b ? gunzipSync(packed) : packed;
  const event = new EventView();
  const state = new SystemState(event);
  const reader = new ScapReader(event, state);
  let offset = 0;
  let shown = 0;
  for (;;) {
    const step = reader.next();
    if (step === 'end') return shown;
    if (step === 'more') {
      const space = reader.space();
      const piece = bytes.subarray(offset, offset + space.length);
      space.set(piece);
      offset += piece.length;
      if (piece.length === 0) reader.end();
      else reader.filled(piece.length);
    } else if (state.apply()) {
      shown++;
      onEvent(state.context);
    }
  }
}
