/** The flags of /proc/<pid>/fdinfo as events and captures number them. */

import { constants } from 'node:fs';
import {
  PPM_O_APPEND,
  PPM_O_CLOEXEC,
  PPM_O_CREAT,
  PPM_O_DIRECT,
  PPM_O_DIRECTORY,
  PPM_O_DSYNC,
  PPM_O_EXCL,
  PPM_O_LARGEFILE,
  PPM_O_NONBLOCK,
  PPM_O_RDONLY,
  PPM_O_RDWR,
  PPM_O_SYNC,
  PPM_O_TMPFILE,
  PPM_O_TRUNC,
  PPM_O_WRONLY,
} from '@saker/core/events/constants.gen.ts';

const O_ACCMODE = 3;
/** Not what Node's constants have: of include/uapi/asm-generic/fcntl.h, and of arm64's own. */
const O_LARGEFILE = process.arch === 'arm64' ? 0o400000 : 0o100000;
const O_CLOEXEC = 0o2000000;
const O_TMPFILE = 0o20000000 | constants.O_DIRECTORY;

/** A flag is set when all of its bits are: O_SYNC holds O_DSYNC, O_TMPFILE holds O_DIRECTORY. */
const flags: readonly (readonly [native: number, ppm: number])[] = [
  [constants.O_CREAT, PPM_O_CREAT],
  [O_TMPFILE, PPM_O_TMPFILE],
  [constants.O_APPEND, PPM_O_APPEND],
  [constants.O_DSYNC, PPM_O_DSYNC],
  [constants.O_EXCL, PPM_O_EXCL],
  [constants.O_NONBLOCK, PPM_O_NONBLOCK],
  [constants.O_SYNC, PPM_O_SYNC],
  [constants.O_TRUNC, PPM_O_TRUNC],
  [constants.O_DIRECT, PPM_O_DIRECT],
  [constants.O_DIRECTORY, PPM_O_DIRECTORY],
  [O_LARGEFILE, PPM_O_LARGEFILE],
  [O_CLOEXEC, PPM_O_CLOEXEC],
];

export function openFlagsToScap(native: number): number {
  let scap = accessMode(native & O_ACCMODE);
  for (const [bits, ppm] of flags) {
    if ((native & bits) === bits) scap |= ppm;
  }
  return scap;
}

function accessMode(mode: number): number {
  if (mode === constants.O_WRONLY) return PPM_O_WRONLY;
  return mode === constants.O_RDWR ? PPM_O_RDWR : PPM_O_RDONLY;
}
