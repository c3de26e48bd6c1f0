/**
 * Flag words, enumerations and file modes as the names of their bits. The order of a table is the
 * order of the names.
 */

import { type FlagRow, flagTables } from './flag-tables.gen.ts';

/** Names of a value by one table; "" where the table has none. */
export type FlagNames = (value: number) => string;

const SEPARATOR = '|';

function rowsOf(table: string | undefined): readonly FlagRow[] {
  return (table === undefined ? undefined : flagTables[table]) ?? [];
}

/**
 * Bits: a row is taken when all its bits are still there, and takes them away, so that O_RDWR hides
 * O_RDONLY and O_WRONLY. A row of value 0 names only the value 0. A row that is the whole value
 * ends the walk.
 */
export function flagNames(table: string | undefined): FlagNames {
  const rows = rowsOf(table);
  return (value) => {
    const names: string[] = [];
    let left = value;
    for (const [name, bits] of rows) {
      if (!isPresent(bits, left, value)) continue;
      names.push(name);
      left &= ~bits;
      if (bits === value) break;
    }
    return names.join(SEPARATOR);
  };
}

/** Enumerations: every row of the value, because some have two names (AF_LOCAL, AF_UNIX). */
export function enumNames(table: string | undefined): FlagNames {
  const byValue = new Map<number, string>();
  for (const [name, value] of rowsOf(table)) {
    const before = byValue.get(value);
    byValue.set(value, before === undefined ? name : before + SEPARATOR + name);
  }
  return (value) => byValue.get(value) ?? '';
}

/**
 * File modes: as bits, but a row that is the whole value ends the walk and is added whatever was
 * taken before it.
 */
export function modeNames(table: string | undefined): FlagNames {
  const rows = rowsOf(table);
  return (value) => {
    const names: string[] = [];
    let left = value;
    for (const [name, bits] of rows) {
      const isWhole = bits === value;
      if (!isWhole && !isPresent(bits, left, value)) continue;
      names.push(name);
      if (isWhole) break;
      left &= ~bits;
    }
    return names.join(SEPARATOR);
  };
}

/** `left` is what rows before have not taken; both are unsigned words. */
function isPresent(bits: number, left: number, value: number): boolean {
  if (bits === 0) return value === 0;
  return (left & bits) >>> 0 === bits;
}
