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
/** What is wrong stays wrong; a call that Node itself made in the middle of a case does not. */
const ATTEMPTS = 3;

function hasProblems(problems: ReadonlyMap<string, readonly string[]>): boolean {
  return [...problems.values()].some(({ length }) => length > 0);
}

for (const table of globSync(join(import.meta.dirname, '*.cases.ts')).toSorted()) {
  const name = basename(table, '.cases.ts');
  for (const hook of hooks) {
    test(`records of ${name} (${hook})`, { skip: skipWithoutSensor }, async (t) => {
      const { cases } = (await import(pathToFileURL(table).href)) as {
        readonly cases: readonly RecordCase[];
      };
      let problems = await runTable(table, cases, hook);
      for (let again = 1; again < ATTEMPTS && hasProblems(problems); again++) {
        t.diagnostic('a case differs: once more, since Node makes calls of its own now and then');
        // biome-ignore lint/performance/noAwaitInLoops: one attempt after the other
        problems = await runTable(table, cases, hook);
      }
      for (const entry of cases) {
        await t.test(entry.name, { skip: skipCase(entry) }, () => {
          assert.deepEqual(problems.get(entry.name), []);
        });
      }
    });
  }
}
