/**
 * Live detection with the public rules: what is done on this machine for real gives the alert that
 * a person would expect, with the values that a person would look at; and its harmless twin gives
 * none.
 */

import assert from 'node:assert/strict';
import { globSync } from 'node:fs';
import { basename, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { sharedPath, skipWithoutShared } from '@saker/core/testing.ts';
import { skipWithoutRuntimes } from '../testing/runtimes.ts';
import { caseProblems } from './case-problems.ts';
import { skipWithoutSensor } from './live-agent.ts';
import type { CaseTable, LiveCase } from './live-case.ts';
import { type CaseResult, LiveRun } from './run-cases.ts';

const rules = ['falco_rules.yaml', 'falco-incubating_rules.yaml', 'falco-sandbox_rules.yaml'].map(
  (file) => sharedPath(`rules/${file}`),
);

const tables: ReadonlyMap<string, readonly LiveCase[]> = await readTables();

const skipContainers = skipWithoutRuntimes('dockerd', 'docker');

function skipReason({ place = 'host', skip }: LiveCase): false | string {
  return skip ?? (place === 'host' ? false : skipContainers);
}

async function readTables(): Promise<ReadonlyMap<string, readonly LiveCase[]>> {
  const files = globSync(join(import.meta.dirname, 'cases/*.cases.ts')).toSorted();
  const read = files.map(async (file) => {
    const { cases } = (await import(pathToFileURL(file).href)) as CaseTable;
    return [basename(file, '.cases.ts'), cases] as const;
  });
  return new Map(await Promise.all(read));
}

describe('live detection', { skip: skipWithoutShared || skipWithoutSensor }, () => {
  let run: LiveRun;
  let results: ReadonlyMap<LiveCase, CaseResult>;

  before(async () => {
    run = await LiveRun.start({
      rules,
      options: ['rules[].enable.rule=*'],
      containers: skipContainers === false,
    });
    const cases = [...tables.values()].flat();
    results = await run.run(cases.filter((entry) => skipReason(entry) === false));
  });

  after(async () => run.close());

  for (const [name, cases] of tables) {
    describe(name, () => {
      for (const entry of cases) {
        const title = `${entry.quiet === true ? 'no ' : ''}${entry.rule}: ${entry.name}`;
        test(title, { skip: skipReason(entry) }, () => {
          assert.deepEqual(caseProblems(entry, results.get(entry)), []);
        });
      }
    });
  }
});
