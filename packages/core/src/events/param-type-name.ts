/**
 * Names of parameter and field types as lists and messages show them: CHARBUF, UINT64, DYNAMIC ...
 */

import { PT } from './param-types.gen.ts';

const names: ReadonlyMap<number, string> = new Map(
  Object.entries(PT).map(([name, type]) => [type, name.slice('PT_'.length)]),
);

/** Types that came after Falco's list of names, which calls them `<NA>`. */
const unnamed: ReadonlySet<number> = new Set([
  PT.PT_IPV6ADDR,
  PT.PT_IPV6NET,
  PT.PT_FD32,
  PT.PT_PID32,
]);

/** Name of one of `PT`. */
export function paramTypeName(type: number): string {
  if (type === PT.PT_DYN) return 'DYNAMIC';
  return unnamed.has(type) ? '<NA>' : (names.get(type) ?? '<NA>');
}
