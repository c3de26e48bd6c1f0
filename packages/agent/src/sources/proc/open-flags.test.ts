import assert from 'node:assert/strict';
import { constants } from 'node:fs';
import { suite, test } from 'node:test';
import * as PPM from '@saker/core/events/constants.gen.ts';
import { openFlagsToScap } from './open-flags.ts';

const { O_RDONLY, O_WRONLY, O_RDWR, O_APPEND, O_SYNC, O_DSYNC, O_DIRECTORY, O_NONBLOCK } =
  constants;
const CLOEXEC = 0o2000000;

const cases: readonly (readonly [name: string, native: number, scap: number])[] = [
  ['read', O_RDONLY, PPM.PPM_O_RDONLY],
  ['write', O_WRONLY, PPM.PPM_O_WRONLY],
  ['both', O_RDWR, PPM.PPM_O_RDWR],
  ['append', O_WRONLY | O_APPEND, PPM.PPM_O_WRONLY | PPM.PPM_O_APPEND],
  ['cloexec', O_RDONLY | CLOEXEC, PPM.PPM_O_RDONLY | PPM.PPM_O_CLOEXEC],
  ['sync holds dsync', O_SYNC, PPM.PPM_O_RDONLY | PPM.PPM_O_SYNC | PPM.PPM_O_DSYNC],
  ['dsync alone', O_DSYNC, PPM.PPM_O_RDONLY | PPM.PPM_O_DSYNC],
  ['directory is no tmpfile', O_DIRECTORY, PPM.PPM_O_RDONLY | PPM.PPM_O_DIRECTORY],
  ['nonblock', O_RDWR | O_NONBLOCK, PPM.PPM_O_RDWR | PPM.PPM_O_NONBLOCK],
];

suite('open flags', () => {
  for (const [name, native, scap] of cases) {
    test(name, () => assert.equal(openFlagsToScap(native), scap));
  }
});
