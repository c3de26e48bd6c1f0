/** One row of a process list as an entry of the thread table. */

import type { ByteString } from '../base/host.ts';
import { normalisePath } from '../base/paths.ts';
import type { ThreadEntry } from '../events/snapshot.ts';
import { ThreadInfo } from './thread-info.ts';

const DELETED = ' (deleted)';

/** A path as the kernel gives it, without the mark of a file that is gone. */
export function withoutDeletedMark(path: ByteString): ByteString {
  const isMarked = path.length > DELETED.length && path.endsWith(DELETED);
  return isMarked ? path.slice(0, -DELETED.length) : path;
}

/** A working directory always ends in "/". */
export function asDirectory(path: ByteString): ByteString {
  return path.endsWith('/') ? path : `${path}/`;
}

/**
 * The thread without its control groups, which need a CgroupReader. Environment and directory are
 * the main thread's.
 */
export function threadOfEntry(entry: ThreadEntry): ThreadInfo {
  const thread = new ThreadInfo(entry.tid);
  setIds(thread, entry);
  setExecutable(thread, entry);
  thread.root = entry.root;
  thread.fdLimit = entry.fdLimit;
  thread.flags = entry.flags;
  thread.tty = entry.tty;
  thread.vmSizeKb = entry.vmSizeKb;
  thread.vmRssKb = entry.vmRssKb;
  thread.vmSwapKb = entry.vmSwapKb;
  thread.pageFaultsMajor = entry.pageFaultsMajor;
  thread.pageFaultsMinor = entry.pageFaultsMinor;
  thread.pidnsInitStart = entry.pidnsInitStart;
  if (thread.isMain) {
    thread.env = entry.env;
    thread.cwd = asDirectory(normalisePath(entry.cwd));
  }
  return thread;
}

function setIds(thread: ThreadInfo, entry: ThreadEntry): void {
  thread.pid = entry.pid;
  thread.ptid = entry.ptid;
  thread.sid = entry.sid;
  thread.vpgid = entry.vpgid;
  thread.pgid = entry.pgid;
  thread.vtid = entry.vtid;
  thread.vpid = entry.vpid;
  thread.uid = entry.uid;
  thread.gid = entry.gid;
  thread.loginuid = entry.loginuid;
  thread.capInheritable = entry.capInheritable;
  thread.capPermitted = entry.capPermitted;
  thread.capEffective = entry.capEffective;
}

function setExecutable(thread: ThreadInfo, entry: ThreadEntry): void {
  thread.comm = entry.comm;
  thread.exe = entry.exe;
  thread.exepath = withoutDeletedMark(entry.exepath);
  thread.args = entry.args;
  thread.exeWritable = entry.exeWritable;
  thread.exeUpperLayer = entry.exeUpperLayer;
  thread.exeLowerLayer = entry.exeLowerLayer;
  thread.exeFromMemfd = entry.exeFromMemfd;
  thread.exeIno = entry.exeIno;
  thread.exeInoCtime = entry.exeInoCtime;
  thread.exeInoMtime = entry.exeInoMtime;
}
