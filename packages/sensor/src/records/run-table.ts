/** Runs a table of cases in a process of its own, and takes its records from a sensor. */

import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deserialize } from 'node:v8';
import { EventView } from '@saker/core/events/event-view.ts';
import { SYSCALL_CODES, syscallName } from '@saker/core/events/names.ts';
import { Sensor } from '../sensor.ts';
import type { SensorHook } from '../sensor-hook.ts';
import { CaseRecords } from './case-records.ts';
import {
  type CaseReport,
  type ChildTask,
  callsOf,
  objectImage,
  type RecordCase,
} from './harness.ts';

const RING_BYTES = 8 << 20;
const WAIT_MS = 20;
/** A table takes a second at most; a call that never returns must not hold up the others. */
const CHILD_MS_MAX = 30_000;
/** Far below what any program closes by mistake, different from run to run. */
const MARK_MIN = -2_000_000_000;
const MARK_SPREAD = 1_000_000_000;

/** By the case's name what is wrong with its record; an empty list: nothing. */
export async function runTable(
  table: string,
  cases: readonly RecordCase[],
  hook: SensorHook = 'tp_btf',
): Promise<ReadonlyMap<string, readonly string[]>> {
  const sensor = new Sensor({
    image: await objectImage(),
    syscalls: syscallCodes(cases),
    ringBytes: RING_BYTES,
    hook,
  });
  const scratch = realpathSync(mkdtempSync(join(tmpdir(), 'saker-records-')));
  try {
    const task = makeTask(table, scratch);
    const records = new CaseRecords(cases, task.firstMark);
    await recordChild(sensor, records, task);
    const problems = records.problems(reportsOf(task));
    const { lostTotal } = sensor.counters();
    for (const found of problems.values()) {
      if (found.length > 0 && lostTotal > 0) found.push(`${lostTotal} records were lost`);
    }
    return problems;
  } finally {
    sensor.close();
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** What a child does for the table, in a folder of its own below `scratch`. */
export function makeTask(table: string, scratch: string): ChildTask {
  const task: ChildTask = {
    table,
    folder: join(scratch, 'work'),
    reports: join(scratch, 'reports'),
    firstMark: MARK_MIN + Math.floor(Math.random() * MARK_SPREAD),
  };
  mkdirSync(task.folder);
  return task;
}

/** The command that runs the cases of the task. */
export function childCommand(task: ChildTask): readonly [string, ...string[]] {
  return [process.execPath, join(import.meta.dirname, 'record-child.ts'), JSON.stringify(task)];
}

export function reportsOf(task: ChildTask): readonly CaseReport[] {
  return deserialize(readFileSync(task.reports)) as CaseReport[];
}

function syscallCodes(cases: readonly RecordCase[]): ReadonlySet<number> {
  const names = new Set(['close']);
  for (const { event, also } of cases) {
    for (const name of [...callsOf(event), ...(also ?? [])]) names.add(name);
  }
  const codes = Array.from({ length: SYSCALL_CODES }, (_, code) => code);
  return new Set(codes.filter((code) => names.has(syscallName(code) ?? '')));
}

/** Runs the child to its end while the ring is read. */
async function recordChild(sensor: Sensor, records: CaseRecords, task: ChildTask): Promise<void> {
  const view = new EventView();
  view.attach(sensor.ring.bytes, sensor.ring.view);
  const take = (): void => {
    sensor.drain((start, end) => {
      if (!view.place(start, end)) throw new Error('a record is damaged');
      records.see(view);
    }, Number.MAX_SAFE_INTEGER);
  };
  const ended = new AbortController();
  const read = async (): Promise<void> => {
    while (!ended.signal.aborted) {
      take();
      await sensor.wait(WAIT_MS);
    }
    take();
  };
  const child = runChild(task).finally(() => ended.abort());
  const reading = read();
  // Both have to be over before the sensor is closed, whatever became of them.
  await Promise.allSettled([child, reading]);
  await Promise.all([child, reading]);
}

/** Rejects when the child does not come to a good end. */
function runChild(task: ChildTask): Promise<void> {
  const [program, ...args] = childCommand(task);
  const child = spawn(program, args, {
    stdio: ['ignore', 'ignore', 'pipe'],
    timeout: CHILD_MS_MAX,
  });
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaint += text;
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      if (code === 0) resolve();
      else reject(new Error(`the child ended with ${code ?? signal}: ${complaint}`));
    });
  });
}
