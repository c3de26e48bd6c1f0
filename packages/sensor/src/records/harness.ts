/**
 * Proof of the programs: that a record holds, in every parameter, what the call did. A table of
 * cases (`<family>.cases.ts`) runs in a process of its own, record-child.ts, which says after each
 * case what the record must hold; run-table.ts takes the records from the sensor, case-records.ts
 * compares them.
 *
 * The child closes descriptors that cannot exist before and after each case: the records of these
 * failing calls are the brackets that tell which records belong to which case, and whose thread it
 * is.
 */

import { existsSync, readFileSync } from 'node:fs';
import { eventTable } from '@saker/core/events/event-table.ts';
import { syscallName } from '@saker/core/events/names.ts';
import { codesOf } from '@saker/core/events/syscall-sets.ts';
import { syscallNumber } from '../syscall-numbers.ts';

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
