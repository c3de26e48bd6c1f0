/** "did you mean": the one place that decides which known word an unknown one was meant to be. */

/** Longer words are no slips of the pen, and comparing costs the product of the lengths. */
const WORD_CHARS_MAX = 200;

/**
 * How much may be compared, as pairs of characters: half a second. Without a limit a file with
 * thousands of names and as many unknown ones would take minutes.
 */
const WORK_MAX = 1 << 25;

/** What is left for suggestions that share a limit, such as those about the names of one load. */
export interface SuggestWork {
  left: number;
}

export function suggestWork(): SuggestWork {
  return { left: WORK_MAX };
}

/**
 * The nearest candidate by edit distance, or undefined when none is near enough to be worth saying.
 * Candidates beyond the limit of work are not looked at.
 */
export function suggest(
  word: string,
  candidates: Iterable<string>,
  work: SuggestWork = suggestWork(),
): string | undefined {
  if (word.length > WORD_CHARS_MAX) return undefined;
  const allowed = Math.max(1, Math.floor(word.length * 0.4));
  let best: string | undefined;
  let bestDistance = allowed + 1;
  for (const candidate of candidates) {
    if (work.left-- <= 0) break;
    if (Math.abs(candidate.length - word.length) >= bestDistance) continue;
    work.left -= word.length * candidate.length;
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase());
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** Insertions, deletions, substitutions and swaps of neighbours each count 1. */
function editDistance(left: string, right: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: right.length + 1 }, (_, at) => at);
  for (let row = 1; row <= left.length; row++) {
    const current = [row];
    for (let column = 1; column <= right.length; column++) {
      const same = left[row - 1] === right[column - 1];
      let cost = Math.min(
        (last[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (last[column - 1] ?? 0) + (same ? 0 : 1),
      );
      const swapped =
        row > 1 &&
        column > 1 &&
        left[row - 1] === right[column - 2] &&
        left[row - 2] === right[column - 1];
      if (swapped) cost = Math.min(cost, (beforeLast[column - 2] ?? 0) + 1);
      current.push(cost);
    }
    beforeLast = last;
    last = current;
  }
  return last[right.length] ?? 0;
}
