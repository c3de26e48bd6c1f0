/**
 * Everything that a capture's bytes reach: reader, state, every field as text and as JSON, and
 * Saker's own rules' fields.
 */

import { EventView } from '@saker/core/events/event-view.ts';
import type { FieldArgument, FieldOutput } from '@saker/core/fields/field.ts';
import { fieldClasses } from '@saker/core/fields/field-classes.ts';
import { outputOf } from '@saker/core/fields/value-text.ts';
import { ScapReader } from '@saker/core/scap/scap-reader.ts';
import type { EventContext } from '@saker/core/state/event-context.ts';
import { SystemState } from '@saker/core/state/system-state.ts';

/** Small, so that what is not yet complete is met often. */
const BUFFER_BYTES = 16 << 10;
/** Fields are asked for on every n-th event: all of them on all events would take a second. */
const FIELDS_EVERY = 16;
/** Arguments that some field takes; a field ignores those that it does not take. */
const ARGUMENTS: readonly (FieldArgument | undefined)[] = [
  undefined,
  { text: '0', bracketed: true },
  { text: '2', bracketed: true },
  { text: 'HOME', bracketed: true },
  { text: 'name', bracketed: false },
  { text: 'flags', bracketed: false },
  { text: 'cpu', bracketed: false },
];

const outputs: readonly FieldOutput[] = fieldClasses
  .flatMap(({ fields }) => fields)
  .flatMap((field) => ARGUMENTS.map((argument) => outputOf(field, argument)))
  .filter((output) => typeof output !== 'string');

/** Throws CaptureFormatError and nothing else, whatever the bytes are. */
export function readEverything(capture: Uint8Array): void {
  const event = new EventView();
  const state = new SystemState(event);
  const reader = new ScapReader(event, state, { bufferBytes: BUFFER_BYTES });
  for (let fed = 0; ; ) {
    const step = reader.next();
    if (step === 'end') return;
    if (step === 'event') {
      if (state.apply() && event.num % FIELDS_EVERY === 1) askAll(state.context);
    } else if (fed === capture.length) {
      reader.end();
    } else {
      fed += reader.feed(capture.subarray(fed));
    }
  }
}

function askAll(context: EventContext): void {
  for (const output of outputs) {
    output.text(context);
    output.json(context);
  }
}
