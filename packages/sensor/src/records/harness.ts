/**
 * Proof of the programs: that a record holds, in every parameter, what the call did. A table of
 * cases (`<family>.cases.ts`) runs in a process of its own, record-child.ts, which says after each
 * case what the record must hold; here the records are taken from the sensor and compared.
 *
 * The child closes descriptors that cannot exist before and after each case: the records of these
 * failing calls are the brackets that tell which records belong to which case, and whose thread it
 * is.
 */

import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deserialize } from 'node:v8';
import { eventTable } from '@saker/core/events/event-table.ts';
import { EventView } from '@saker/core/events/event-view.ts';
import { SYSCALL_CODES, syscallName } from '@saker/core/events/names.ts';
import { codesOf } from '@saker/core/events/syscall-sets.ts';
import { Sensor } from '../sensor.ts';
import type { SensorHook } from '../sensor-hook.ts';
import { syscallNumber } from '../syscall-numbers.ts';
import { type RecordCopy, recordProblems } from './record-problems.ts';

/**
 * An argument: text becomes a string with its NUL, bytes a buffer that holds the result afterwards.
 */
export type Argument = number | bigint | string | Uint8Array | null;

/** Memory whose address can be written into structures; it stays until the process ends. */
export interface Memory {
  readonly address: bigint;
  readonly bytes: Uint8Array;
  readonly view: DataView;
}

/** What a case does its work with. */
export interface Calls {
  /** Scratch folder of the table, the child's working directory; no link, no `..` in it. */
  readonly folder: string;
  readonly pid: number;
  /** Of the thread that runs the cases. */
  readonly tid: number;
  /** The result as the kernel gives it: -errno when the call failed. By the call's 64-bit name. */
  readonly syscall: (name: string, ...args: readonly Argument[]) => number;
  /**
   * The same through the 32-bit entry, by the call's 64-bit name or by that entry's number.
   * Addresses must lie below 4 GiB, as those of `memory` do.
   */
  readonly compat: (call: string | number, ...args: readonly Argument[]) => number;
  /** So many bytes of zero, or a copy of the bytes. */
  readonly memory: (content: number | Uint8Array | string) => Memory;
}

/**
 * The value of a parameter: a number; the bytes of a string (without its NUL) or of anything else
 * (all of them), one char per byte; null for an empty parameter. Only for what a test cannot know
 * exactly: bounds, or a pattern (of a regular expression).
 */
export type ExpectedValue =
  | number
  | bigint
  | string
  | Uint8Array
  | null
  | { readonly between: readonly [min: number | bigint, max: number | bigint] }
  | { readonly matches: string };

/**
 * By the parameters' names in the event table, every one of them. Beside these `realPath`: the
 * kernel's path that follows the parameters of an open call, where it differs from the name; and
 * `evt.tid`: the record is another thread's, and is looked for in the whole of the case.
 */
export type Expected = Readonly<Record<string, ExpectedValue>>;

export interface RecordCase {
  /** e.g. 'chmod of a file by a relative path'. */
  readonly name: string;
  /** e.g. 'PPME_SYSCALL_CHMOD_X'. */
  readonly event: string;
  /** The calls to record, by name; default: those that the event stands for. */
  readonly also?: readonly string[];
  /** It goes through the 32-bit entry, which not every machine has. */
  readonly compat?: boolean;
  /** Why it cannot be run on this machine, where it is not for want of its calls. */
  readonly skip?: string | undefined;
  /**
   * In the child. The record is the one of the last `syscall` that the event stands for; where
   * there is none, the last one of the event while this runs. A list: the call has so many records,
   * in this order.
   */
  run(calls: Calls): Expected | readonly Expected[] | Promise<Expected>;
}

/** What the child leaves behind for each case. */
export interface CaseReport {
  readonly expected?: Expected | readonly Expected[];
  /** The case itself threw. */
  readonly error?: string;
}

/** Marks of one case: `first - index * MARKS + Mark`. */
export const MARKS = 4;
export const Mark = { caseBegins: 0, caseEnds: -1, callBegins: -2, callEnds: -3 } as const;

/** Where the child finds the table, and where it leaves what it has to say. */
export interface ChildTask {
  readonly table: string;
  readonly folder: string;
  readonly reports: string;
  readonly firstMark: number;
}

/** Names of the calls that the event of a case stands for. */
export function callsOf(event: string): readonly string[] {
  const row = eventTable.find(({ code }) => code === event);
  if (row === undefined) throw new Error(`no event is called ${event}`);
  return codesOf(row.id).map((code) => syscallName(code) ?? '');
}

/** False, or why the case cannot be run on this machine. */
export function skipCase({ event, compat, skip }: RecordCase): false | string {
  if (skip !== undefined) return skip;
  if (compat === true) return hasCompat ? false : 'the kernel has no 32-bit entry';
  const calls = callsOf(event).filter((name) =>
    ['x64', 'arm64'].some((arch) => syscallNumber(name, arch) !== undefined),
  );
  const isMissing = calls.every((name) => syscallNumber(name, process.arch) === undefined);
  return calls.length > 0 && isMissing ? `${process.arch} has no ${calls.join(' or ')}` : false;
}

/** The kernel keeps this where it has the 32-bit entry (arch/x86/entry/vdso/vdso32-setup.c). */
const hasCompat = process.arch === 'x64' && existsSync('/proc/sys/abi/vsyscall32');

const CLOSE_X = 'PPME_SYSCALL_CLOSE_X';
const RING_BYTES = 8 << 20;
const WAIT_MS = 20;
/** A table takes a second at most; a call that never returns must not hold up the others. */
const CHILD_MS_MAX = 30_000;
/** Far below what any program closes by mistake, different from run to run. */
const MARK_MIN = -2_000_000_000;
const MARK_SPREAD = 1_000_000_000;

/** Records of one case: of the whole case, and of the last call alone. */
interface Taken {
  readonly inCase: RecordCopy[];
  inCall: RecordCopy[] | undefined;
}

/** Where the sensor's compiled programs are, if not where the product keeps them. */
const OBJECT_VARIABLE = 'SAKER_TEST_BPF_OBJECT';

export async function objectImage(): Promise<Uint8Array> {
  const path = process.env[OBJECT_VARIABLE];
  if (path !== undefined) return readFileSync(path);
  const { sensorImage } = await import('../image.ts');
  return sensorImage();
}

/** For `test(name, { skip: skipWithoutSensor }, ...)`: false, or the reason that is printed. */
export const skipWithoutSensor: false | string = reasonToSkip();

function reasonToSkip(): false | string {
  if (process.getuid?.() !== 0) return 'watching system calls takes root';
  if (!existsSync('/sys/kernel/btf/vmlinux')) return 'the kernel does not describe its types (BTF)';
  return false;
}

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
    const task: ChildTask = {
      table,
      folder: join(scratch, 'work'),
      reports: join(scratch, 'reports'),
      firstMark: MARK_MIN + Math.floor(Math.random() * MARK_SPREAD),
    };
    mkdirSync(task.folder);
    const taken = await recordChild(sensor, cases, task);
    const reports = deserialize(readFileSync(task.reports)) as CaseReport[];
    const { lostTotal } = sensor.counters();
    return new Map(
      cases.map((entry, index) => {
        const problems = caseProblems(entry, reports[index], taken[index]);
        if (problems.length > 0 && lostTotal > 0) problems.push(`${lostTotal} records were lost`);
        return [entry.name, problems];
      }),
    );
  } finally {
    sensor.close();
    rmSync(scratch, { recursive: true, force: true });
  }
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
async function recordChild(
  sensor: Sensor,
  cases: readonly RecordCase[],
  task: ChildTask,
): Promise<readonly Taken[]> {
  const taker = new Taker(sensor, cases, task.firstMark);
  const ended = new AbortController();
  const read = async (): Promise<void> => {
    while (!ended.signal.aborted) {
      taker.take();
      await sensor.wait(WAIT_MS);
    }
    taker.take();
  };
  const child = runChild(task).finally(() => ended.abort());
  const reading = read();
  // Both have to be over before the sensor is closed, whatever became of them.
  await Promise.allSettled([child, reading]);
  await Promise.all([child, reading]);
  return taker.taken;
}

/** Rejects when the child does not come to a good end. */
function runChild(task: ChildTask): Promise<void> {
  const child = spawn(
    process.execPath,
    [join(import.meta.dirname, 'record-child.ts'), JSON.stringify(task)],
    { stdio: ['ignore', 'ignore', 'pipe'], timeout: CHILD_MS_MAX },
  );
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

/** Sorts the records of the ring by the cases that they belong to. */
class Taker {
  readonly taken: readonly Taken[];
  readonly #sensor: Sensor;
  readonly #firstMark: number;
  readonly #events: readonly number[];
  readonly #close: number;
  readonly #view = new EventView();
  #index = -1;
  #tid = 0;
  #inCall = false;

  constructor(sensor: Sensor, cases: readonly RecordCase[], firstMark: number) {
    const eventOf = (name: string) => eventTable.findIndex(({ code }) => code === name);
    this.#sensor = sensor;
    this.#firstMark = firstMark;
    this.#events = cases.map(({ event }) => eventOf(event));
    this.#close = eventOf(CLOSE_X);
    this.taken = cases.map(() => ({ inCase: [], inCall: undefined }));
    this.#view.attach(sensor.ring.bytes, sensor.ring.view);
  }

  take(): void {
    this.#sensor.drain((start, end) => {
      if (!this.#view.place(start, end)) throw new Error('a record is damaged');
      this.#see(this.#view);
    }, Number.MAX_SAFE_INTEGER);
  }

  #see(event: EventView): void {
    const mark = event.type === this.#close ? this.#firstMark - event.i64(1) : -1;
    if (mark >= 0 && mark < this.taken.length * MARKS) {
      this.#mark(event, Math.floor(mark / MARKS), -(mark % MARKS));
      return;
    }
    const taken = this.taken[this.#index];
    if (taken === undefined || event.type !== this.#events[this.#index]) return;
    const copy: RecordCopy = {
      tid: event.tid,
      ofCases: event.tid === this.#tid,
      bytes: event.bytes.slice(event.start, event.end),
    };
    taken.inCase.push(copy);
    if (copy.ofCases && this.#inCall) taken.inCall?.push(copy);
  }

  #mark(event: EventView, index: number, mark: number): void {
    this.#tid = event.tid;
    this.#inCall = mark === Mark.callBegins;
    this.#index = mark === Mark.caseEnds ? -1 : index;
    const taken = this.taken[index];
    if (taken !== undefined && this.#inCall) taken.inCall = [];
  }
}

function caseProblems(
  entry: RecordCase,
  report: CaseReport | undefined,
  taken: Taken | undefined,
): string[] {
  if (skipCase(entry) !== false) return [];
  if (report?.expected === undefined) return [report?.error ?? 'the case did not run'];
  const wanted = [report.expected].flat();
  const records = recordsOf(taken ?? { inCase: [], inCall: undefined }, wanted);
  if (records.length !== wanted.length) {
    return [`there are ${records.length} records of ${entry.event}, not ${wanted.length}`];
  }
  return records.flatMap((record, at) => recordProblems(record, wanted[at] ?? {}));
}

function recordsOf(taken: Taken, wanted: readonly Expected[]): readonly RecordCopy[] {
  const tid = wanted[0]?.['evt.tid'];
  if (tid !== undefined) {
    return taken.inCase.filter((record) => record.tid === Number(tid)).slice(-1);
  }
  return taken.inCall ?? taken.inCase.filter(({ ofCases }) => ofCases).slice(-wanted.length);
}
