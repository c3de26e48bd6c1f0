/** What became of alerts at one output. Whatever was written is in exactly one of the numbers. */

export interface OutputCounters {
  readonly name: string;
  /** Wait, or are on their way. */
  readonly queued: number;
  readonly delivered: number;
  /** Found no room, by their priority. */
  readonly dropped: readonly number[];
  /** Were handed to the output, which did not get rid of them. */
  readonly failed: number;
  readonly lastProblem: string | undefined;
}

/** Of the same outputs at different times, or of different ones: by their names. */
export function addCounters(...all: readonly (readonly OutputCounters[])[]): OutputCounters[] {
  const sums = new Map<string, OutputCounters>();
  for (const one of all.flat()) {
    const before = sums.get(one.name);
    sums.set(one.name, before === undefined ? one : sumOfTwo(before, one));
  }
  return [...sums.values()];
}

function sumOfTwo(earlier: OutputCounters, later: OutputCounters): OutputCounters {
  return {
    name: later.name,
    queued: earlier.queued + later.queued,
    delivered: earlier.delivered + later.delivered,
    dropped: later.dropped.map((count, priority) => count + (earlier.dropped[priority] ?? 0)),
    failed: earlier.failed + later.failed,
    lastProblem: later.lastProblem ?? earlier.lastProblem,
  };
}

export function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0);
}
