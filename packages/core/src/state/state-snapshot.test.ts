import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { EventView } from '../events/event-view.ts';
import type { FieldOutput } from '../fields/field.ts';
import { FieldTable } from '../fields/field-catalogue.ts';
import { outputOf } from '../fields/value-text.ts';
import { isGzip } from '../scap/capture-source.ts';
import { ScapReader } from '../scap/scap-reader.ts';
import { ScapWriter } from '../scap/scap-writer.ts';
import { sharedPath, skipWithoutShared } from '../testing.ts';
import type { EventContext } from './event-context.ts';
import { snapshotEvents, writeSnapshot } from './state-snapshot.ts';
import { SystemState } from './system-state.ts';

const table = new FieldTable();
/** Those without an argument. */
const fields: readonly (readonly [name: string, output: FieldOutput])[] = table.names().flatMap((name) => {
  const bound = table.bind({ name, argument: undefined });
  const output = bound && outputOf(bound.field, bound.argument);
  return output === undefined || typeof output === 'string' ? [] : [[name, output] as const];
});
