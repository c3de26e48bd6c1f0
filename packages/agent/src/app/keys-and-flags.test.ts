/**
 * Every key and every flag has an effect, and here it is seen; or a reason why it has none. A key
 * or flag without a row fails, so does a row whose effects do not differ.
 */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, type TestContext, test } from 'node:test';
import { sharedPath, skipWithoutShared } from '@saker/core/testing.ts';
import { parse } from 'yaml';
import { configKeys } from '../config/config-keys.ts';
import type { KeySpec } from '../config/key-spec.ts';
import { agentRows } from './agent-rows.cases.ts';
import { type FlagRow, flagRows, idleFlags } from './flag-rows.cases.ts';
import { flagTable } from './flag-table.ts';
import { grpcRows } from './grpc-rows.cases.ts';
import { httpRows } from './http-rows.cases.ts';
import { KeyLab } from './key-lab.cases.ts';
import type { KeyRow } from './key-row.cases.ts';
import {
  alertRows,
  captureRows,
  idleKeys,
  operationRows,
  pluginRows,
  ruleRows,
} from './key-rows.cases.ts';
import {
  containerRows,
  engineRows,
  liveIdleKeys,
  recordRows,
  stateRows,
} from './live-rows.cases.ts';
import { oldFlags } from './old-flags.ts';
import { movedRows } from './old-rows.cases.ts';
import { outputIdleKeys, outputRows } from './output-rows.cases.ts';
import { metricsRows, serviceIdleKeys, webRows } from './service-rows.cases.ts';

/** `webserver.enabled`, `plugins[].name`, `config_files[]`: what can have a value. */
function leavesOf(spec: KeySpec, path: string): string[] {
  if (spec.type === 'section') {
    const below = (key: string) => (path === '' ? key : `${path}.${key}`);
    return Object.entries(spec.keys).flatMap(([key, inner]) => leavesOf(inner, below(key)));
  }
  if (spec.type !== 'list') return [path];
  const { items } = spec;
  if (items.type === 'section') return leavesOf(items, `${path}[]`);
  const sections = items.type === 'either' ? items.of.filter(({ type }) => type === 'section') : [];
  return [path, ...sections.flatMap((one) => leavesOf(one, `${path}[]`))];
}

const fixedRows: readonly KeyRow[] = [
  ruleRows,
  alertRows,
  operationRows,
  captureRows,
  pluginRows,
  engineRows,
  recordRows,
  stateRows,
  containerRows,
  outputRows,
  metricsRows,
  agentRows,
  movedRows,
].flat();
const idle = [...idleKeys, ...liveIdleKeys, ...outputIdleKeys, ...serviceIdleKeys];

/** One test for each. */
async function seeAll(rows: readonly KeyRow[], context: TestContext): Promise<void> {
  const lab = new KeyLab(context);
  for (const row of rows) {
    // oxlint-disable-next-line no-await-in-loop -- runs share a folder
    await context.test(row.key, () => seeKey(row, lab));
  }
}

async function seeKey({ key, look, effects }: KeyRow, lab: KeyLab): Promise<void> {
  const different = new Set(effects.map(([, seen]) => JSON.stringify(seen)));
  assert.ok(different.size > 1, `${key}: its effects cannot be told apart`);
  for (const [options, seen] of effects) {
    const set = [options].flat();
    // oxlint-disable-next-line no-await-in-loop -- runs share a folder
    assert.deepEqual(await look(lab, set), seen, set.join(' '));
  }
}

describe('keys', () => {
  const done: string[] = idle.map(({ key }) => key);

  test('have effects', (context) => {
    const rows = [...fixedRows, ...httpRows(context), ...grpcRows(context), ...webRows(context)];
    done.push(...rows.map(({ key }) => key));
    return seeAll(rows, context);
  });

  test('without a row there are none', () => {
    const keys = leavesOf(configKeys, '');
    const absent = keys.filter((key) => !done.includes(key));
    assert.deepEqual(absent, [], 'keys without a row');
    const extra = done.filter((key) => !keys.includes(key));
    assert.deepEqual(extra, [], 'rows without a key');
    assert.equal(new Set(done).size, done.length, 'rows that are there twice');
  });

  test('those without an effect have a reason', () => {
    for (const { key, reason } of idle) assert.match(reason, /^\w.{15,}/, key);
  });

  test('of the shipped falco.yaml all have a row', { skip: skipWithoutShared }, () => {
    const walk = (value: unknown, path: string): string[] => {
      if (typeof value !== 'object' || value === null) return [path];
      if (Array.isArray(value)) return value.flatMap((item) => walk(item, `${path}[]`));
      return Object.entries(value).flatMap(([key, item]) =>
        walk(item, path === '' ? key : `${path}.${key}`),
      );
    };
    const shipped = parse(readFileSync(sharedPath('rules/falco.yaml'), 'utf8')) as unknown;
    const written = walk(shipped, '').map((path) =>
      path.replace(/(init_config)\..*/, '$1').replace(/(?<!append_output|plugins)\[\]$/, ''),
    );
    const absent = [...new Set(written)].filter((path) => !done.includes(path));
    assert.deepEqual(absent, []);
  });
});

async function seeFlag({ flag, look, seen, withoutIt }: FlagRow, lab: KeyLab): Promise<void> {
  assert.notDeepEqual(withoutIt, seen, `${flag}: its effect cannot be told`);
  assert.deepEqual(await look(lab, true), seen, 'with it');
  assert.deepEqual(await look(lab, false), withoutIt, 'without it');
}

describe('flags', () => {
  const rows = [...flagRows.map(({ flag }) => flag), ...idleFlags.map(({ flag }) => flag)];

  test('have effects', async (context) => {
    const lab = new KeyLab(context);
    for (const row of flagRows) {
      // oxlint-disable-next-line no-await-in-loop -- runs share a folder
      await context.test(row.flag, () => seeFlag(row, lab));
    }
  });

  test('without a row there are none', () => {
    const dashed = (name: string) => (name.length > 1 ? `--${name}` : `-${name}`);
    const flags = [
      ...flagTable.flatMap(({ name, letter }) => (letter === undefined ? [name] : [name, letter])),
      ...oldFlags.flatMap(({ names }) => names),
    ].map(dashed);
    assert.deepEqual(
      flags.filter((flag) => !rows.includes(flag)),
      [],
      'flags without a row',
    );
    assert.deepEqual(
      rows.filter((flag) => !flags.includes(flag)),
      [],
      'rows without a flag',
    );
  });
});
