/**
 * Every table of cases, with either way of attaching the programs: what was recorded equals what
 * was done, in every parameter.
 */

import assert from 'node:assert/strict';
import { globSync } from 'node:fs';
import { basename, join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { type RecordCase, skipCase, skipWithoutSensor } from './harness.ts';
import { runTable } from './run-table.ts';

const hooks = ['tp_btf', 'raw_tracepoint'] as const;

for (const table of globSync(join(import.meta.dirname, '*.cases.ts')).toSorted()) {
  const name = basename(table, '.cases.ts');
  for (const hook of hooks) {
    test(`records of ${name} (${hook})`, { skip: skipWithoutSensor }, async (t) => {
      const { cases } = (await import(pathToFileURL(table).href)) as {
        readonly cases: readonly RecordCase[];
      };
      const problems = await runTable(table, cases, hook);
      for (const entry of cases) {
        await t.test(entry.name, { skip: skipCase(entry) }, () => {
          assert.deepEqual(problems.get(entry.name), []);
        });
      }
    });
  }
}
