/**
 * What fields claim to know of a type of event must hold on every event of it: conditions are
 * folded with it.
 */

import assert from 'node:assert/strict';
import test from 'node:test';
import * as fc from 'fast-check';
import { anyEvent } from '../events/any-event.cases.ts';
import { encodeEvent, viewRecord } from '../events/encode.ts';
import { FdInfo } from '../state/fd-info.ts';
import { FdTable } from '../state/fd-table.ts';
import type { FieldArgument } from './field.ts';
import { fieldClasses } from './field-classes.ts';
import { Scene } from './scene.cases.ts';

const SEED = 20250418;

const argumentsOf: Readonly<Record<string, readonly FieldArgument[]>> = {
  'evt.arg': [
    { text: '0', bracketed: true },
    { text: '4', bracketed: true },
    { text: 'flags', bracketed: false },
    { text: 'name', bracketed: false },
  ],
  'evt.rawarg': [
    { text: 'res', bracketed: false },
    { text: 'path', bracketed: false },
  ],
  'evt.type.is': [
    { text: 'openat', bracketed: false },
    { text: '1', bracketed: false },
  ],
  'evt.abspath': [{ text: 'dst', bracketed: false }],
};

test('what is known of a type of event is true of every event of it', () => {
  const scene = new Scene();
  const fds = new FdTable();
  const thread = scene.process(7, { cwd: '/srv/', fds });
  const knowing = fieldClasses.flatMap(({ fields }) => fields.filter((field) => field.known));
  assert.ok(knowing.length > 100);
  const property = fc.property(anyEvent, fc.integer({ min: 0, max: 21 }), (made, fdType) => {
    const event = viewRecord(encodeEvent(made.type, made.header, made.params));
    const context = scene.on(thread, event);
    Object.assign(context, { fd: new FdInfo(fdType as FdInfo['type']), fdNumber: 3 });
    for (const field of knowing) {
      for (const argument of [undefined, ...(argumentsOf[field.name] ?? [])]) {
        const extract = field.bind(argument);
        if (typeof extract === 'string') continue;
        const known = field.known?.(made.type, argument);
        if (known === undefined) continue;
        const value = extract(context);
        assert.deepEqual(value, known === 'absent' ? undefined : known.value, field.name);
      }
    }
  });
  fc.assert(property, { numRuns: 1500, seed: SEED });
});
