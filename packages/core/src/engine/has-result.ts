/**
 * Hot. `tests.some((test) => test(of) === result)` without a function that is made for each call.
 * Benchmark: rules in bench/.
 */

export function hasResult<T>(
  tests: readonly ((of: T) => boolean)[],
  of: T,
  result: boolean,
): boolean {
  for (let at = 0; at < tests.length; at++) if (tests[at]?.(of) === result) return true;
  return false;
}
