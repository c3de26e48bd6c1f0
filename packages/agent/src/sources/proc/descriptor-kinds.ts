/** What the link of a descriptor in /proc/<pid>/fd says of its kind. */

import type { ByteString } from '@saker/core/base/host.ts';
import { FdType } from '@saker/core/events/fd-type.ts';

/** As Falco calls what is no file, socket or pipe; anything else is UNSUPPORTED. */
const anonymous: ReadonlyMap<ByteString, FdType> = new Map([
  ['[eventfd]', FdType.EVENT],
  ['[eventpoll]', FdType.EVENTPOLL],
  ['inotify', FdType.INOTIFY],
  ['[signalfd]', FdType.SIGNALFD],
  ['[timerfd]', FdType.TIMERFD],
  ['[io_uring]', FdType.IOURING],
  ['[userfaultfd]', FdType.USERFAULTFD],
  ['[pidfd]', FdType.PIDFD],
  ['bpf-map', FdType.BPF],
  ['bpf-prog', FdType.BPF],
  ['bpf-link', FdType.BPF],
  ['bpf_link', FdType.BPF],
  ['bpf_iter', FdType.BPF],
]);

const ANONYMOUS = 'anon_inode:';
const MEMFD = '/memfd:';

/** Undefined for links that need a look at the file: paths, and what is named like a path. */
export function kindOfLink(link: ByteString): FdType | undefined {
  if (link.startsWith(ANONYMOUS)) {
    return anonymous.get(link.slice(ANONYMOUS.length)) ?? FdType.UNSUPPORTED;
  }
  return link.startsWith(MEMFD) ? FdType.MEMFD : undefined;
}

/** The number in `socket:[123]`; undefined for other links. */
export function socketInode(link: ByteString): number | undefined {
  return inodeIn(link, 'socket:[');
}

export function pipeInode(link: ByteString): number | undefined {
  return inodeIn(link, 'pipe:[');
}

function inodeIn(link: ByteString, prefix: string): number | undefined {
  if (!link.startsWith(prefix) || !link.endsWith(']')) return undefined;
  const digits = link.slice(prefix.length, -1);
  return /^\d{1,15}$/.test(digits) ? Number(digits) : undefined;
}

const S_IFMT = 0o170000;
const S_IFSOCK = 0o140000;
const S_IFDIR = 0o040000;
const S_IFIFO = 0o010000;

/** Of a file by the mode that stat gives. */
export function kindOfMode(mode: number): FdType {
  switch (mode & S_IFMT) {
    case S_IFDIR:
      return FdType.DIRECTORY;
    case S_IFIFO:
      return FdType.FIFO;
    case S_IFSOCK:
    case 0:
      return FdType.UNSUPPORTED;
    default:
      return FdType.FILE_V2;
  }
}
