/**
 * Runs the cases of one table, each between its marks, and leaves behind what their records must
 * hold. Started by run-table.ts with its task as the only argument.
 */

import { writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { serialize } from 'node:v8';
import {
  type Argument,
  type Calls,
  type CaseReport,
  type ChildTask,
  callsOf,
  MARKS,
  Mark,
  type RecordCase,
  skipCase,
} from './harness.ts';
import { RawCalls } from './raw-calls.ts';

const task = JSON.parse(process.argv[2] ?? '{}') as ChildTask;
const { cases } = (await import(pathToFileURL(task.table).href)) as {
  readonly cases: readonly RecordCase[];
};
process.chdir(task.folder);
const raw = new RawCalls();
const reports: CaseReport[] = [];
for (const [index, entry] of cases.entries()) reports.push(await report(index, entry));
writeFileSync(task.reports, serialize(reports));
// Whatever a case left open or running ends here.
process.exit(0);

async function report(index: number, entry: RecordCase): Promise<CaseReport> {
  if (skipCase(entry) !== false) return {};
  const mark = (which: number) => raw.syscall('close', [task.firstMark - index * MARKS + which]);
  mark(Mark.caseBegins);
  try {
    return { expected: await entry.run(callsWithMarks(new Set(callsOf(entry.event)), mark)) };
  } catch (error) {
    return { error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  } finally {
    mark(Mark.caseEnds);
  }
}

/** Calls that the event stands for are marked one by one. */
function callsWithMarks(marked: ReadonlySet<string>, mark: (which: number) => void): Calls {
  const bracketed = (name: string | number, call: () => number): number => {
    if (typeof name === 'string' && !marked.has(name)) return call();
    mark(Mark.callBegins);
    const result = call();
    mark(Mark.callEnds);
    return result;
  };
  return {
    folder: task.folder,
    pid: process.pid,
    tid: process.pid,
    syscall: (name, ...args: readonly Argument[]) => bracketed(name, () => raw.syscall(name, args)),
    compat: (name, ...args: readonly Argument[]) => bracketed(name, () => raw.compat(name, args)),
    memory: (content) => raw.memory(content),
  };
}
