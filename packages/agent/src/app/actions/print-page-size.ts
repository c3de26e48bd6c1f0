/**
 * `--page-size`. Node has no getpagesize; the kernel tells every process in its auxiliary vector.
 */

import { readFileSync } from 'node:fs';

/** elf.h: AT_PAGESZ. */
const AT_PAGESZ = 6n;
/** Of every machine that Node is built for, except some arm64 kernels. */
const USUAL_PAGE_BYTES = 4096;

export function pageSizeText(): string {
  return `Your system page size is: ${pageBytes()} bytes\n`;
}

function pageBytes(): number {
  const vector = readAuxiliaryVector();
  for (let at = 0; at + 16 <= vector.length; at += 16) {
    if (vector.readBigUInt64LE(at) === AT_PAGESZ) return Number(vector.readBigUInt64LE(at + 8));
  }
  return USUAL_PAGE_BYTES;
}

/** Pairs of 64-bit words: kind and value. */
function readAuxiliaryVector(): Buffer {
  try {
    return readFileSync('/proc/self/auxv');
  } catch {
    return Buffer.alloc(0);
  }
}
