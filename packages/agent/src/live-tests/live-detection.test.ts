/**
 * Live detection with the public rules: what is done on this machine for real gives the alert that
 * a person would expect, with the values that a person would look at; and its harmless twin gives
 * none.
 */

import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { sharedPath, skipWithoutShared } from '@saker/core/testing.ts';
import { inTurn } from '@saker/sensor/testing.ts';
import { skipWithoutRuntimes } from '../testing/runtimes.ts';
import { caseProblems } from './case-problems.ts';
import { skipWithoutSensor } from './live-agent.ts';
import type { CaseTable, LiveCase } from './live-case.ts';
import { type CaseResult, LiveRun } from './run-cases.ts';

const rules = ['falco_rules.yaml', 'falco-incubating_rules.yaml', 'falco-sandbox_rules.yaml'].map(
  (file) => sharedPath(`rules/${file}`),
);

/** Lists that the public rules leave to their users, without which some of them never fire. */
const tuning = [
  {
    list: 'namespace_scope_network_only_subnet',
    items: ['shop'],
    override: { items: 'replace' },
  },
  {
    macro: 'allowed_containers',
    condition: 'container.name != saker-unlisted',
    override: { condition: 'replace' },
  },
];

/** Rules that nothing is done for, with the reason. */
const withoutCase: Readonly<Record<string, string>> = {
  'Contact K8S API Server From Container':
    'looks at fd.sip.name, which has no value: Saker asks no name servers',
  'Detect outbound connections to common miner pool ports':
    'looks at fd.sip.name, which has no value: Saker asks no name servers',
};

const tables: ReadonlyMap<string, readonly LiveCase[]> = await readTables();
const allCases = [...tables.values()].flat();

async function readTables(): Promise<ReadonlyMap<string, readonly LiveCase[]>> {
  const files = globSync(join(import.meta.dirname, 'cases/*.cases.ts')).toSorted();
  const read = files.map(async (file) => {
    const { cases } = (await import(pathToFileURL(file).href)) as CaseTable;
    return [basename(file, '.cases.ts'), cases] as const;
  });
  return new Map(await Promise.all(read));
}

const skipContainers = skipWithoutRuntimes('dockerd', 'docker');

function skipReason({ place = 'host', skip }: LiveCase): false | string {
  return skip ?? (place === 'host' ? false : skipContainers);
}

describe('live detection', { skip: skipWithoutShared || skipWithoutSensor }, () => {
  inTurn();
  let run: LiveRun | undefined;
  let results: ReadonlyMap<LiveCase, CaseResult>;

  before(async () => {
    run = await LiveRun.start({ rules, tuning, containers: skipContainers === false });
    results = await run.run(allCases.filter((entry) => skipReason(entry) === false));
  });

  after(async () => run?.close());

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

test('every public rule has a case, or a reason for none', { skip: skipWithoutShared }, () => {
  const texts = rules.map((file) => readFileSync(file, 'utf8')).join('');
  const names = Array.from(texts.matchAll(/^- rule: (.+)$/gmu), ([, name = '']) => name);
  const loud = allCases.filter(({ quiet }) => quiet !== true).map(({ rule }) => rule);
  const covered = new Set([...loud, ...Object.keys(withoutCase)]);
  assert.deepEqual(
    names.filter((name) => !covered.has(name)),
    [],
  );
  assert.deepEqual(
    [...covered].filter((name) => !names.includes(name)),
    [],
  );
});
