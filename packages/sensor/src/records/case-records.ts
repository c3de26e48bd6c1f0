/** The records of a run of cases, told apart by the marks between them; what is wrong with them. */

import { eventTable } from '@saker/core/events/event-table.ts';
import type { EventView } from '@saker/core/events/event-view.ts';
import {
  type CaseReport,
  type Expected,
  MARKS,
  Mark,
  type RecordCase,
  skipCase,
} from './harness.ts';
import { type RecordCopy, recordProblems } from './record-problems.ts';

const CLOSE_X = 'PPME_SYSCALL_CLOSE_X';

/** Records of one case: of the whole case, and of the last call alone. */
interface Taken {
  readonly inCase: RecordCopy[];
  inCall: RecordCopy[] | undefined;
}

/** Sorts records by the cases that they belong to. */
export class CaseRecords {
  readonly #taken: readonly Taken[];
  readonly #cases: readonly RecordCase[];
  readonly #firstMark: number;
  readonly #events: readonly number[];
  readonly #close: number;
  #index = -1;
  #tid = 0;
  #inCall = false;

  constructor(cases: readonly RecordCase[], firstMark: number) {
    const eventOf = (name: string) => eventTable.findIndex(({ code }) => code === name);
    this.#cases = cases;
    this.#firstMark = firstMark;
    this.#events = cases.map(({ event }) => eventOf(event));
    this.#close = eventOf(CLOSE_X);
    this.#taken = cases.map(() => ({ inCase: [], inCall: undefined }));
  }

  /** By the case's name what is wrong with its record; an empty list: nothing. */
  problems(reports: readonly CaseReport[]): Map<string, string[]> {
    return new Map(
      this.#cases.map((entry, index) => [
        entry.name,
        caseProblems(entry, reports[index], this.#taken[index]),
      ]),
    );
  }

  /** The next record, of whatever thread. */
  see(event: EventView): void {
    const mark = event.type === this.#close ? this.#firstMark - event.i64(1) : -1;
    if (mark >= 0 && mark < this.#taken.length * MARKS) {
      this.#mark(event, Math.floor(mark / MARKS), -(mark % MARKS));
      return;
    }
    const taken = this.#taken[this.#index];
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
    const taken = this.#taken[index];
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
