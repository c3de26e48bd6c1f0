/**
 * Messages to syslog, in the form of syslog(3) and over the same socket. Not by calling it: it
 * waits for a daemon that hangs, and says nothing of messages that do not arrive.
 */

import { constants } from 'node:os';
import { getSystemErrorMap } from 'node:util';
import koffi from 'koffi';
import { SYSLOG_PATH } from './syslog-path.ts';

/** The facility that programs have which name none: syslog(3). */
const LOG_USER = 1 << 3;
/** include/linux/socket.h and net.h. */
const AF_UNIX = 1;
const SOCK_DGRAM = 2;
const SOCK_CLOEXEC = 0o2_000_000;
const MSG_DONTWAIT = 0x40;
const MSG_NOSIGNAL = 0x4000;
const FAILED = -1;
/** Of `sun_path`, with its end. */
const PATH_BYTES_MAX = 108;
const { EAGAIN, ENOBUFS, EMSGSIZE } = constants.errno;

interface Calls {
  readonly socket: (family: number, type: number, protocol: number) => number;
  readonly connect: (fd: number, address: Uint8Array, bytes: number) => number;
  readonly send: (fd: number, message: Uint8Array, bytes: number, flags: number) => number;
  readonly close: (fd: number) => number;
}

let opened: Calls | undefined;

function calls(): Calls {
  opened ??= openCalls();
  return opened;
}

function openCalls(): Calls {
  const libc = koffi.load('libc.so.6');
  return {
    socket: libc.func('int socket(int, int, int)'),
    connect: libc.func('int connect(int, const void *, uint32_t)'),
    send: libc.func('long send(int, const void *, size_t, int)'),
    close: libc.func('int close(int)'),
  };
}

/** A message did not get to the daemon. */
export class SyslogError extends Error {
  override readonly name = 'SyslogError';
}

export class SyslogSocket {
  readonly #ident: string;
  readonly #path: string;
  #fd: number | undefined;

  constructor(ident: string, path: string = SYSLOG_PATH) {
    this.#ident = ident;
    this.#path = path;
  }

  /**
   * `severity`: 0 (emergency) to 7 (debug). False when the daemon is behind, and it may be tried
   * again soon; SyslogError when there is no daemon or it does not take the message.
   */
  send(severity: number, message: string): boolean {
    const bytes = Buffer.from(formatMessage(severity, this.#ident, message, new Date()), 'utf8');
    const isKept = this.#fd !== undefined;
    let errno = this.#attempt(bytes);
    // The daemon may have been started anew since: syslog(3) tries twice as well.
    if (isKept && errno !== 0 && !isBehind(errno) && errno !== EMSGSIZE) {
      errno = this.#attempt(bytes);
    }
    if (errno === 0) return true;
    if (isBehind(errno)) return false;
    throw new SyslogError(`cannot send to syslog at ${this.#path}: ${errnoText(errno)}`);
  }

  close(): void {
    const fd = this.#fd;
    this.#fd = undefined;
    if (fd !== undefined) calls().close(fd);
  }

  /** 0 or the number of the error, after which a socket that is of no use is gone. */
  #attempt(bytes: Uint8Array): number {
    const { send } = calls();
    const fd = this.#connected();
    if (fd === FAILED) return koffi.errno();
    if (send(fd, bytes, bytes.length, MSG_DONTWAIT | MSG_NOSIGNAL) >= 0) return 0;
    const errno = koffi.errno();
    if (!isBehind(errno) && errno !== EMSGSIZE) this.close();
    return errno;
  }

  #connected(): number {
    if (this.#fd !== undefined) return this.#fd;
    const { socket, connect, close } = calls();
    const address = addressOf(this.#path);
    const fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd === FAILED) return FAILED;
    if (connect(fd, address, address.length) === FAILED) {
      const errno = koffi.errno();
      close(fd);
      koffi.errno(errno);
      return FAILED;
    }
    this.#fd = fd;
    return fd;
  }
}

/** `<13>Nov  1 09:05:03 falco: text`: the daemon adds the host. */
export function formatMessage(
  severity: number,
  ident: string,
  message: string,
  time: Date,
): string {
  const [, month = '', day = ''] = time.toString().split(' ', 3);
  const clock = time.toString().slice(16, 24);
  const date = `${month} ${String(Number(day)).padStart(2)}`;
  return `<${LOG_USER | severity}>${date} ${clock} ${ident}: ${message}`;
}

/** `sockaddr_un`, in the byte order of the machines that we run on. */
function addressOf(path: string): Uint8Array {
  const bytes = Buffer.from(`\0\0${path}\0`, 'utf8');
  if (bytes.length - 2 > PATH_BYTES_MAX) {
    throw new SyslogError(`${path}: sockets have paths of at most ${PATH_BYTES_MAX - 1} bytes`);
  }
  bytes.writeUInt16LE(AF_UNIX, 0);
  return bytes;
}

function isBehind(errno: number): boolean {
  return errno === EAGAIN || errno === ENOBUFS;
}

function errnoText(errno: number): string {
  return getSystemErrorMap().get(-errno)?.[1] ?? `error ${errno}`;
}
