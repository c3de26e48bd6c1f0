/**
 * Entries of process lists. Nine versions, each the one before with fields put in; since version 9
 * an entry begins with its length and grows at its end only.
 */

import type { ThreadEntry } from '../events/snapshot.ts';
import type { ByteBuilder } from './byte-builder.ts';
import type { ByteCursor } from './byte-cursor.ts';

/** SCAP_MAX_PATH_SIZE. */
const PATH_BYTES_MAX = 1024;
/** SCAP_MAX_ARGS_SIZE, _ENV_SIZE, _CGROUPS_SIZE. */
const STRINGS_BYTES_MAX = 4096;

/** loginuid of a process that belongs to no login. */
const LOGINUID_UNSET = 0xffff_ffff;

/**
 * The tail that readers before libs 0.10 know: loginuid, exe_writable, three capability sets. libs
 * 0.10 put pidns_init_start_ts and tty *before* it; readers tell the two forms apart by what is
 * left of the entry.
 */
const OLD_TAIL_BYTES = 29;

export function decodeThread(cursor: ByteCursor, version: number): ThreadEntry {
  if (version >= 9) cursor.limitTo(cursor.u32());
  const fixed = {
    tid: cursor.id(),
    pid: cursor.id(),
    ptid: cursor.id(),
    sid: version >= 6 ? cursor.id() : -1,
    vpgid: version >= 8 ? cursor.id() : -1,
    comm: cursor.string(PATH_BYTES_MAX),
    exe: cursor.string(PATH_BYTES_MAX),
    exepath: version >= 7 ? cursor.string(PATH_BYTES_MAX) : '',
    args: cursor.strings(STRINGS_BYTES_MAX),
    cwd: cursor.string(PATH_BYTES_MAX),
    fdLimit: cursor.u64(),
    flags: cursor.u32(),
    uid: cursor.u32(),
    gid: cursor.u32(),
    vmSizeKb: version >= 2 ? cursor.u32() : 0,
    vmRssKb: version >= 2 ? cursor.u32() : 0,
    vmSwapKb: version >= 2 ? cursor.u32() : 0,
    pageFaultsMajor: version >= 2 ? cursor.u64() : 0,
    pageFaultsMinor: version >= 2 ? cursor.u64() : 0,
    env: version >= 3 ? cursor.strings(STRINGS_BYTES_MAX) : '',
    vtid: version >= 4 ? cursor.id() : -1,
    vpid: version >= 4 ? cursor.id() : -1,
    cgroups: version >= 4 ? cursor.strings(STRINGS_BYTES_MAX) : '',
    root: version >= 5 ? cursor.string(PATH_BYTES_MAX) : '',
  };
  return { ...fixed, ...decodeTail(cursor, version) };
}

/** What of the tail is there: a writer of its time wrote the fields that it knew. */
function decodeTail(cursor: ByteCursor, version: number) {
  const sized = version >= 9;
  const has = (bytes: number): boolean => sized && cursor.rest >= bytes;
  const full = has(OLD_TAIL_BYTES + 1);
  return {
    pidnsInitStart: full && has(8) ? cursor.u64() : 0,
    tty: full && has(4) ? cursor.u32() : 0,
    loginuid: has(4) ? cursor.u32() : LOGINUID_UNSET,
    exeWritable: has(1) && cursor.u8() !== 0,
    capInheritable: has(8) ? cursor.u64() : 0,
    capPermitted: has(8) ? cursor.u64() : 0,
    capEffective: has(8) ? cursor.u64() : 0,
    exeUpperLayer: has(1) && cursor.u8() !== 0,
    exeIno: has(8) ? cursor.u64() : 0,
    exeInoCtime: has(8) ? cursor.u64() : 0,
    exeInoMtime: has(8) ? cursor.u64() : 0,
    exeFromMemfd: has(1) && cursor.u8() !== 0,
    exeLowerLayer: has(1) && cursor.u8() !== 0,
    pgid: has(8) ? cursor.id() : -1,
  };
}

/** `short` writes only the tail that every reader of version 9 understands. */
export function encodeThread(into: ByteBuilder, thread: ThreadEntry, short: boolean): void {
  const start = into.length;
  into.u32(0);
  for (const id of [thread.tid, thread.pid, thread.ptid, thread.sid, thread.vpgid]) into.u64(id);
  into.string(thread.comm, PATH_BYTES_MAX);
  into.string(thread.exe, PATH_BYTES_MAX);
  into.string(thread.exepath, PATH_BYTES_MAX);
  into.strings(thread.args, STRINGS_BYTES_MAX);
  into.string(thread.cwd, PATH_BYTES_MAX);
  into.u64(thread.fdLimit);
  for (const word of [thread.flags, thread.uid, thread.gid]) into.u32(word);
  for (const kilobytes of [thread.vmSizeKb, thread.vmRssKb, thread.vmSwapKb]) into.u32(kilobytes);
  into.u64(thread.pageFaultsMajor);
  into.u64(thread.pageFaultsMinor);
  into.strings(thread.env, STRINGS_BYTES_MAX);
  into.u64(thread.vtid);
  into.u64(thread.vpid);
  into.strings(thread.cgroups, STRINGS_BYTES_MAX);
  into.string(thread.root, PATH_BYTES_MAX);
  encodeTail(into, thread, short);
  into.patchU32(start, into.length - start);
}

function encodeTail(into: ByteBuilder, thread: ThreadEntry, short: boolean): void {
  if (!short) {
    into.u64(thread.pidnsInitStart);
    into.u32(thread.tty);
  }
  into.u32(thread.loginuid);
  into.u8(thread.exeWritable ? 1 : 0);
  into.u64(thread.capInheritable);
  into.u64(thread.capPermitted);
  into.u64(thread.capEffective);
  if (short) return;
  into.u8(thread.exeUpperLayer ? 1 : 0);
  into.u64(thread.exeIno);
  into.u64(thread.exeInoCtime);
  into.u64(thread.exeInoMtime);
  into.u8(thread.exeFromMemfd ? 1 : 0);
  into.u8(thread.exeLowerLayer ? 1 : 0);
  into.u64(thread.pgid);
}
