/** For tests: a thread that has descriptors of its own, one of which it tells. */

import { parentPort } from 'node:worker_threads';
import koffi from 'koffi';

const CLONE_FILES = 0x400;
const libc = koffi.load('libc.so.6');
const unshare = libc.func('int unshare(int)') as (flags: number) => number;
const gettid = libc.func('int gettid()') as () => number;
const memfdCreate = libc.func('int memfd_create(const char *, uint)') as (
  name: string,
  flags: number,
) => number;

if (unshare(CLONE_FILES) !== 0) throw new Error('unshare failed');
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- of windows only
parentPort?.postMessage({ tid: gettid(), fd: memfdCreate('of the thread', 0) });
// Until it is terminated.
parentPort?.on('message', () => undefined);
