/**
 * Files read by way of open directories, into one buffer that is used again and again.
 *
 * Node's own calls would do for most, but not for what matters here. A directory that is held open
 * pins its process: /proc/<pid> opened once answers for that very process, or for nobody, also when
 * the id was given away meanwhile. `statx` can be told not to ask a file system for news, so that
 * nobody stops the sensor with a descriptor on a FUSE mount that never answers; `openat2` can be
 * told not to leave a container's root. And what has vanished is a number, not an exception, which
 * costs as much as the reading of a file.
 */

import { constants } from 'node:fs';
import { toBytes } from '@saker/core/base/byte-string.ts';
import { type ByteString, host } from '@saker/core/base/host.ts';
import { type Int64, normalise64, unsigned64 } from '@saker/core/base/int64.ts';
import koffi from 'koffi';

/** What a call gives that failed: no descriptor, no bytes. */
export const FAILED = -1;
/** To be named as the directory of absolute paths. */
export const NO_DIRECTORY = -100;
/** PATH_MAX. */
export const PATH_BYTES_MAX = 4096;
/**
 * More than any line of what is read here, and what one call reads of a long file: seq files give a
 * page or a few at a time.
 */
const BUFFER_BYTES = 128 << 10;
/** A page, of which the kernel makes the lines of a list: the least that one read gives of more. */
const LIST_READ_BYTES = 4096;
/** Of a file that is none of the kernel's, and perhaps not what it should be. */
const LINE_BYTES_MAX = 1 << 20;

const { O_RDONLY, O_DIRECTORY } = constants;
/** Of include/uapi/asm-generic/fcntl.h; alike on x86-64 and arm64. */
const O_CLOEXEC = 0o2000000;
const O_PATH = 0o10000000;
/** Of include/uapi/linux/stat.h and fcntl.h. */
const AT_EMPTY_PATH = 0x1000;
const AT_NO_AUTOMOUNT = 0x800;
const AT_STATX_DONT_SYNC = 0x4000;
const STATX_BASIC_STATS = 0x7ff;
const STATX_MNT_ID = 0x1000;
const STATX_BYTES = 256;
/** Of include/uapi/linux/openat2.h. */
const RESOLVE_NO_SYMLINKS = 0x04;
const RESOLVE_IN_ROOT = 0x10;
const OPEN_HOW_BYTES = 24;
const OPEN_HOW_RESOLVE_AT = 16;
/** The number of the call, alike on all architectures since 5.6. */
const SYS_OPENAT2 = 437;
/** struct linux_dirent64: inode, offset, length, type, name. */
const ENTRY_LENGTH_AT = 16;
const ENTRY_TYPE_AT = 18;
const ENTRY_NAME_AT = 19;
const DT_DIR = 4;

type CString = string | Uint8Array;

interface Calls {
  openat(directory: number, name: CString, flags: number): number;
  openat2(number: number, directory: number, path: CString, how: Uint8Array, bytes: number): number;
  read(fd: number, into: Uint8Array, bytes: number): number;
  readlinkat(directory: number, name: CString, into: Uint8Array, bytes: number): number;
  statx(directory: number, name: CString, flags: number, mask: number, into: Uint8Array): number;
  getxattr(path: string, name: string, into: Uint8Array, bytes: number): number;
  getdents64(fd: number, into: Uint8Array, bytes: number): number;
  close(fd: number): number;
}

let opened: Calls | undefined;

function calls(): Calls {
  opened ??= openCalls();
  return opened;
}

function openCalls(): Calls {
  const libc = koffi.load('libc.so.6');
  return {
    openat: libc.func('int openat(int, const char *, int)'),
    openat2: libc.func('syscall', 'long', ['long', 'int', 'const char *', 'void *', 'size_t']),
    read: libc.func('long read(int, void *, size_t)'),
    readlinkat: libc.func('long readlinkat(int, const char *, void *, size_t)'),
    statx: libc.func('int statx(int, const char *, int, uint32_t, void *)'),
    getxattr: libc.func('long getxattr(const char *, const char *, void *, size_t)'),
    getdents64: libc.func('long getdents64(int, void *, size_t)'),
    close: libc.func('int close(int)'),
  };
}

/** koffi writes strings as UTF-8, which is what a byte string means only where it is ASCII. */
function cString(name: ByteString): CString {
  return /^[\x01-\x7f]*$/.test(name) ? name : toBytes(`${name}\0`);
}

/** What statx says of a file. Valid until the next `stat`. */
export class FileFacts {
  /** struct statx. */
  readonly bytes: Uint8Array = new Uint8Array(STATX_BYTES);
  readonly #view = new DataView(this.bytes.buffer);

  get #attributes(): number {
    return this.#view.getUint32(8, true);
  }

  /** STATX_ATTR_IMMUTABLE: not even root may write. */
  get isImmutable(): boolean {
    return (this.#attributes & 0x10) !== 0;
  }

  get uid(): number {
    return this.#view.getUint32(20, true);
  }

  get gid(): number {
    return this.#view.getUint32(24, true);
  }

  get mode(): number {
    return this.#view.getUint16(28, true);
  }

  get ino(): Int64 {
    return unsigned64(this.#view.getUint32(32, true), this.#view.getUint32(36, true));
  }

  get size(): Int64 {
    return unsigned64(this.#view.getUint32(40, true), this.#view.getUint32(44, true));
  }

  /** Nanoseconds since the epoch. */
  get ctime(): Int64 {
    return this.#time(96);
  }

  get mtime(): Int64 {
    return this.#time(112);
  }

  get deviceMajor(): number {
    return this.#view.getUint32(136, true);
  }

  get deviceMinor(): number {
    return this.#view.getUint32(140, true);
  }

  /** As /proc/<pid>/mountinfo numbers mounts; undefined before Linux 5.8. */
  get mountId(): number | undefined {
    if ((this.#view.getUint32(0, true) & STATX_MNT_ID) === 0) return undefined;
    return Number(unsigned64(this.#view.getUint32(144, true), this.#view.getUint32(148, true)));
  }

  #time(at: number): Int64 {
    const seconds = this.#view.getBigInt64(at, true);
    return normalise64(seconds * 1_000_000_000n + BigInt(this.#view.getUint32(at + 8, true)));
  }
}

export interface Subdirectory {
  readonly name: ByteString;
  readonly ino: Int64;
}

export class LinuxFiles {
  /** What was read last. */
  readonly bytes: Uint8Array = new Uint8Array(BUFFER_BYTES);
  readonly #calls = calls();
  readonly #view = new DataView(this.bytes.buffer);
  readonly #facts = new FileFacts();

  /** Names are of the directory, or absolute with `NO_DIRECTORY`. FAILED when it cannot be. */
  openDirectory(directory: number, name: ByteString): number {
    return this.#calls.openat(directory, cString(name), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  }

  close(fd: number): void {
    this.#calls.close(fd);
  }

  /** `ENOENT` and such of the last call that failed, by number. */
  errno(): number {
    return koffi.errno();
  }

  /**
   * The first `bytesMax` of a file into `bytes`: how many there are, or FAILED. One call is enough:
   * the files of a process in /proc are made and given as a whole.
   */
  read(directory: number, name: ByteString, bytesMax: number = BUFFER_BYTES): number {
    const fd = this.#calls.openat(directory, cString(name), O_RDONLY | O_CLOEXEC);
    if (fd < 0) return FAILED;
    const count = this.#calls.read(fd, this.bytes, Math.min(bytesMax, BUFFER_BYTES));
    this.#calls.close(fd);
    return count;
  }

  /** As `read`, as a byte string; undefined when it cannot be read. */
  text(directory: number, name: ByteString, bytesMax?: number): ByteString | undefined {
    const count = this.read(directory, name, bytesMax);
    return count === FAILED ? undefined : host.byteString(this.bytes, 0, count);
  }

  /**
   * Calls `onLine` for each line of a file of any length until it returns false.
   *
   * Of a list in /proc, a read gives as many whole lines as a page has room for. So one that would
   * have had room for another line of `lineBytesMax` was the last, and the one that would only say
   * so is saved: to find the end again, net/tcp looks through all of the machine's connections.
   */
  eachLine(
    directory: number,
    name: ByteString,
    onLine: (line: ByteString) => boolean,
    lineBytesMax: number = LIST_READ_BYTES,
  ): void {
    const fd = this.#calls.openat(directory, cString(name), O_RDONLY | O_CLOEXEC);
    if (fd < 0) return;
    let rest = '';
    for (;;) {
      const count = this.#calls.read(fd, this.bytes, BUFFER_BYTES);
      if (count <= 0) break;
      const lines = (rest + host.byteString(this.bytes, 0, count)).split('\n');
      rest = lines.pop() ?? '';
      if (!lines.every(onLine) || count < LIST_READ_BYTES - lineBytesMax) return this.close(fd);
      if (rest.length > LINE_BYTES_MAX) return this.close(fd);
    }
    if (rest !== '') onLine(rest);
    this.close(fd);
  }

  /**
   * The name of the protocol of a socket, as `TCPv6` or `UNIX-STREAM`. The path leads to it through
   * /proc. Undefined when it is none, or has no name.
   */
  socketProtocol(path: string): string | undefined {
    const count = this.#calls.getxattr(path, 'system.sockprotoname', this.bytes, BUFFER_BYTES);
    return count < 2 ? undefined : host.byteString(this.bytes, 0, count - 1);
  }

  /** Where a symbolic link points; undefined when it cannot be read. */
  link(directory: number, name: ByteString): ByteString | undefined {
    const count = this.#calls.readlinkat(directory, cString(name), this.bytes, PATH_BYTES_MAX);
    return count < 0 ? undefined : host.byteString(this.bytes, 0, count);
  }

  /** What the kernel knows of the file without asking its file system for news. */
  stat(directory: number, name: ByteString): FileFacts | undefined {
    const flags = AT_STATX_DONT_SYNC | AT_NO_AUTOMOUNT | (name === '' ? AT_EMPTY_PATH : 0);
    const mask = STATX_BASIC_STATS | STATX_MNT_ID;
    const result = this.#calls.statx(directory, cString(name), flags, mask, this.#facts.bytes);
    return result < 0 ? undefined : this.#facts;
  }

  /**
   * The entries of a directory that are decimal numbers; undefined when it cannot be read. The name
   * "" stands for the open directory itself, which can be read once.
   */
  numbers(directory: number, name: ByteString): number[] | undefined {
    const numbers: number[] = [];
    const isRead = this.#eachEntry(directory, name, (at) => {
      const number = this.#numberAt(at + ENTRY_NAME_AT);
      if (number >= 0) numbers.push(number);
    });
    return isRead ? numbers : undefined;
  }

  /** The directories in a directory; none when it cannot be read. */
  subdirectories(directory: number, name: ByteString): Subdirectory[] {
    const found: Subdirectory[] = [];
    this.#eachEntry(directory, name, (at) => {
      if (this.bytes[at + ENTRY_TYPE_AT] !== DT_DIR) return;
      const start = at + ENTRY_NAME_AT;
      const name = host.byteString(this.bytes, start, this.bytes.indexOf(0, start));
      const ino = unsigned64(this.#view.getUint32(at, true), this.#view.getUint32(at + 4, true));
      if (name !== '.' && name !== '..') found.push({ name, ino });
    });
    return found;
  }

  /** Calls `onEntry` with where in `bytes` each entry is. False when it cannot be read. */
  #eachEntry(directory: number, name: ByteString, onEntry: (at: number) => void): boolean {
    const fd = name === '' ? directory : this.openDirectory(directory, name);
    if (fd < 0) return false;
    for (;;) {
      const count = this.#calls.getdents64(fd, this.bytes, BUFFER_BYTES);
      if (count <= 0) break;
      for (let at = 0; at < count; at += this.#view.getUint16(at + ENTRY_LENGTH_AT, true)) {
        onEntry(at);
      }
    }
    if (fd !== directory) this.close(fd);
    return true;
  }

  /** The number that the NUL-terminated text at `at` is; -1 for other text. */
  #numberAt(at: number): number {
    let value = 0;
    for (let end = at; ; end++) {
      const byte = this.bytes[end] ?? 0;
      if (byte === 0) return end === at ? -1 : value;
      if (byte < 0x30 || byte > 0x39) return -1;
      value = value * 10 + byte - 0x30;
    }
  }

  /**
   * Finds a file below a directory as if that were the root, and follows no symbolic link at all: a
   * container's files cannot lead out of it. The descriptor names the file and has not opened it.
   * FAILED when it cannot be, as before Linux 5.6.
   */
  findBelow(directory: number, path: ByteString): number {
    const how = new DataView(new ArrayBuffer(OPEN_HOW_BYTES));
    how.setUint32(0, O_PATH | O_CLOEXEC, true);
    how.setUint32(OPEN_HOW_RESOLVE_AT, RESOLVE_IN_ROOT | RESOLVE_NO_SYMLINKS, true);
    const bytes = new Uint8Array(how.buffer);
    return this.#calls.openat2(SYS_OPENAT2, directory, cString(path), bytes, OPEN_HOW_BYTES);
  }
}
