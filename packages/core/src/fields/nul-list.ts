/**
 * Lists of byte strings that the kernel hands over joined by NULs (arguments, environment,
 * cgroups), read without taking them apart: "" is the list without elements.
 */

import type { ByteString } from '../base/host.ts';

export function countOf(list: ByteString): number {
  if (list === '') return 0;
  let count = 1;
  for (let at = list.indexOf('\0'); at >= 0; at = list.indexOf('\0', at + 1)) count++;
  return count;
}

/** Bytes of all elements together, without what separates them. */
export function lengthOf(list: ByteString): number {
  return list === '' ? 0 : list.length - countOf(list) + 1;
}

/** The element number `index`, or undefined when the list is shorter. */
export function elementOf(list: ByteString, index: number): ByteString | undefined {
  if (list === '') return undefined;
  let from = 0;
  for (let skip = index; skip > 0; skip--) {
    const end = list.indexOf('\0', from);
    if (end < 0) return undefined;
    from = end + 1;
  }
  const end = list.indexOf('\0', from);
  return end < 0 ? list.slice(from) : list.slice(from, end);
}

/**
 * A function that finds the first element that begins with `prefix` and goes on after it, and gives
 * what follows. For environment variables `prefix` holds the "=": one that is set to nothing is
 * passed over, a second definition counts.
 */
export function valueFinder(prefix: ByteString): (list: ByteString) => ByteString | undefined {
  const separated = `\0${prefix}`;
  const nextAfter = (list: ByteString, from: number): number => {
    const at = list.indexOf(separated, from);
    return at < 0 ? -1 : at + separated.length;
  };
  return (list) => {
    let from = list.startsWith(prefix) ? prefix.length : nextAfter(list, 0);
    while (from >= 0) {
      const end = list.indexOf('\0', from);
      const value = end < 0 ? list.slice(from) : list.slice(from, end);
      if (value !== '') return value;
      from = nextAfter(list, from);
    }
    return undefined;
  };
}

/** The last list that was asked for: several rules ask for one process's environment. */
let lastList: ByteString = '';
let lastSpaced: ByteString = '';

/** The list as one text, elements separated by blanks. */
export function spaced(list: ByteString): ByteString {
  if (list !== lastList) {
    lastList = list;
    lastSpaced = list.replaceAll('\0', ' ');
  }
  return lastSpaced;
}
