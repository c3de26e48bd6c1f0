/**
 * What `saker record` writes equals what was done: the sensor's tables of cases, run below a
 * recording, and every parameter compared with the capture.
 */

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { globSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { CaptureFile } from '@saker/agent/sources/capture-file.ts';
import { EventView } from '@saker/core/events/event-view.ts';
import { deafSink } from '@saker/core/scap/read-bytes.cases.ts';
import { ScapReader } from '@saker/core/scap/scap-reader.ts';
import { CaseRecords } from '@saker/sensor/records/case-records.ts';
import {
  type ChildTask,
  type RecordCase,
  skipCase,
  skipWithoutSensor,
} from '@saker/sensor/records/harness.ts';
import { childCommand, makeTask, reportsOf } from '@saker/sensor/records/run-table.ts';
import { root } from '../testing.ts';

/** All tables take some seconds; a call that never returns must not hold up everything. */
const RECORD_MS_MAX = 120_000;
/** What others do at the same time is recorded too, and may be more than the disk takes. */
const ATTEMPTS = 3;
const folder = dirname(fileURLToPath(import.meta.resolve('@saker/sensor/records/harness.ts')));

interface Table {
  readonly name: string;
  readonly cases: readonly RecordCase[];
  readonly task: ChildTask;
}

async function loadTables(scratch: string): Promise<readonly Table[]> {
  const paths = globSync(join(folder, '*.cases.ts')).toSorted();
  return Promise.all(
    paths.map(async (path) => {
      const { cases } = (await import(pathToFileURL(path).href)) as {
        readonly cases: readonly RecordCase[];
      };
      const name = basename(path, '.cases.ts');
      mkdirSync(join(scratch, name));
      return { name, cases, task: makeTask(path, join(scratch, name)) };
    }),
  );
}

/** All children one after the other, in one recording. */
function recordTables(tables: readonly Table[], scratch: string) {
  const capture = join(scratch, 'all.scap');
  const script = join(scratch, 'run.json');
  writeFileSync(script, JSON.stringify(tables.map(({ task }) => childCommand(task))));
  const runner = `
    const commands = JSON.parse(require('node:fs').readFileSync(process.argv[1], 'utf8'));
    for (const [program, ...args] of commands) {
      require('node:child_process').spawnSync(program, args, { stdio: 'ignore', timeout: 30_000 });
    }`;
  const { status, stderr } = spawnSync(
    join(root, 'bin/saker'),
    ['record', '-o', capture, '--syscalls', 'all', '--', process.execPath, '-e', runner, script],
    { encoding: 'utf8', timeout: RECORD_MS_MAX },
  );
  assert.equal(status, 0, stderr);
  return { capture, lost: /^lost: .*/m.exec(stderr)?.[0] };
}

/** By table and case what is wrong. */
type Problems = ReadonlyMap<string, ReadonlyMap<string, readonly string[]>>;

async function problemsOf(tables: readonly Table[], capture: string): Promise<Problems> {
  const file = new CaptureFile(capture);
  const event = new EventView();
  const all = tables.map((table) => ({
    ...table,
    records: new CaseRecords(table.cases, table.task.firstMark),
  }));
  await file.read(new ScapReader(event, deafSink), {
    onEvent() {
      for (const { records } of all) records.see(event);
      return true;
    },
    onPause: () => true,
  });
  file.close();
  return new Map(all.map(({ name, task, records }) => [name, records.problems(reportsOf(task))]));
}

function hasProblems(problems: Problems): boolean {
  return [...problems.values()].some((table) =>
    [...table.values()].some(({ length }) => length > 0),
  );
}

test('every parameter of every case', { skip: skipWithoutSensor }, async (t) => {
  let tables: readonly Table[] = [];
  let problems: Problems = new Map();
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const scratch = realpathSync(mkdtempSync(join(tmpdir(), 'saker-parameters-')));
    t.after(() => rmSync(scratch, { recursive: true, force: true }));
    tables = await loadTables(scratch);
    const { capture, lost } = recordTables(tables, scratch);
    problems = await problemsOf(tables, capture);
    rmSync(capture);
    // The child is a Node: now and then it makes a call of its own in the middle of a case.
    if (!hasProblems(problems)) break;
    t.diagnostic(`attempt ${attempt}: ${lost ?? 'nothing was lost, but something differs'}`);
  }
  for (const { name, cases } of tables) {
    await t.test(name, async (t) => {
      for (const entry of cases) {
        await t.test(entry.name, { skip: skipCase(entry) }, () => {
          assert.deepEqual(problems.get(name)?.get(entry.name), []);
        });
      }
    });
  }
});
