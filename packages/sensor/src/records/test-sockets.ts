/** Sockets for the cases: addresses as calls take them and as records have them, and messages. */

import { existsSync, readFileSync } from 'node:fs';
import type { Calls, ExpectedValue, Memory } from './harness.ts';
import { done } from './results.ts';

export const AF_UNIX = 1;
export const AF_INET = 2;
export const AF_INET6 = 10;
export const AF_NETLINK = 16;
export const SOCK_STREAM = 1;
export const SOCK_DGRAM = 2;
export const SOCK_NONBLOCK = 0x800;
export const SOCK_CLOEXEC = 0x80000;

/** Bytes of data that the sensor of the tests records. */
export const SNAP_BYTES = 80;

/** A descriptor that is not open. */
export const NO_FD = 777;

export const skipWithoutIpv6: string | undefined =
  existsSync('/proc/net/if_inet6') && readFileSync('/proc/net/if_inet6', 'utf8') !== ''
    ? undefined
    : 'the machine has no IPv6';
export const skipWithoutCompat: string | undefined =
  process.arch === 'x64' ? undefined : 'only x86-64 has a 32-bit entry';

/** An address: what calls take, and what a PT_SOCKADDR of it holds. */
export interface TestAddress {
  readonly family: number;
  readonly sockaddr: Uint8Array;
  readonly recorded: Uint8Array;
}

export function ipv4(address: string, port: number): TestAddress {
  const ip = Uint8Array.from(address.split('.'), Number);
  return {
    family: AF_INET,
    sockaddr: Uint8Array.of(AF_INET, 0, ...bigEndian(port), ...ip, 0, 0, 0, 0, 0, 0, 0, 0),
    recorded: Uint8Array.of(AF_INET, ...ip, ...littleEndian(port)),
  };
}

/** The groups of the address; ones that are left out are zero and lie before the last. */
export function ipv6(groups: readonly number[], port: number): TestAddress {
  const last = groups.slice(1);
  const eight = [...groups.slice(0, 1), ...Array<number>(8 - groups.length).fill(0), ...last];
  const ip = eight.flatMap((group) => bigEndian(group));
  return {
    family: AF_INET6,
    sockaddr: Uint8Array.of(AF_INET6, 0, ...bigEndian(port), 0, 0, 0, 0, ...ip, 0, 0, 0, 0),
    recorded: Uint8Array.of(AF_INET6, ...ip, ...littleEndian(port)),
  };
}

export const ipv6Loopback = (port: number): TestAddress => ipv6([0, 1], port);

/** ::ffff:a.b.c.d, as sockets of IPv6 have addresses of IPv4. */
export function mappedIpv4(address: string, port: number): TestAddress {
  const [a = 0, b = 0, c = 0, d = 0] = address.split('.').map(Number);
  return ipv6([0, 0xffff, (a << 8) | b, (c << 8) | d], port);
}

export function unixPath(path: string): TestAddress {
  return {
    family: AF_UNIX,
    sockaddr: Uint8Array.of(AF_UNIX, 0, ...Buffer.from(path), 0),
    recorded: Uint8Array.of(AF_UNIX, ...Buffer.from(path), 0),
  };
}

/** Without its first NUL in the record; without a last one for the call. */
export function abstractName(name: string): TestAddress {
  return {
    family: AF_UNIX,
    sockaddr: Uint8Array.of(AF_UNIX, 0, 0, ...Buffer.from(name)),
    recorded: Uint8Array.of(AF_UNIX, ...Buffer.from(name), 0),
  };
}

/** PT_SOCKTUPLE of two addresses of one internet family. */
export function tuple(source: TestAddress, destination: TestAddress): Uint8Array {
  return Uint8Array.of(...source.recorded, ...destination.recorded.subarray(1));
}

const KERNEL_POINTER = '.{6}\xff\xff';

/** Of a unix socket: two addresses in the kernel that the test cannot know, and a path. */
export function unixTuple(
  path: string,
  peer: 'peer' | 'no source' | 'no peer' = 'peer',
): ExpectedValue {
  const none = '\0{8}';
  const first = peer === 'no source' ? none : KERNEL_POINTER;
  const second = peer === 'no peer' ? none : KERNEL_POINTER;
  const text = path.replaceAll(/[.*+?^${}()|[\]\\/]/gu, String.raw`\$&`);
  return { matches: `^\x01${first}${second}${text}\0$` };
}

/** A new socket that is bound to the address. */
export function boundSocket(calls: Calls, type: number, address: TestAddress): number {
  const fd = calls.syscall('socket', address.family, type, 0);
  done(calls.syscall('bind', fd, address.sockaddr, address.sockaddr.length));
  return fd;
}

export function listeningSocket(calls: Calls, address: TestAddress, backlog = 5): number {
  const fd = boundSocket(calls, SOCK_STREAM, address);
  done(calls.syscall('listen', fd, backlog));
  return fd;
}

export function connectedSocket(calls: Calls, type: number, to: TestAddress): number {
  const fd = calls.syscall('socket', to.family, type, 0);
  done(calls.syscall('connect', fd, to.sockaddr, to.sockaddr.length));
  return fd;
}

/** Port of the socket's own end. */
export function portOf(calls: Calls, fd: number): number {
  const address = new Uint8Array(28);
  done(calls.syscall('getsockname', fd, address, Uint8Array.of(28, 0, 0, 0)));
  return new DataView(address.buffer).getUint16(2);
}

/** Two connected sockets over loopback, the addresses of their ends, and the one that listens. */
export interface Connection {
  readonly client: number;
  readonly server: number;
  readonly listening: number;
  readonly clientEnd: TestAddress;
  readonly serverEnd: TestAddress;
}

export function connection(calls: Calls, at: (port: number) => TestAddress): Connection {
  const listening = listeningSocket(calls, at(0));
  const serverEnd = at(portOf(calls, listening));
  const client = connectedSocket(calls, SOCK_STREAM, serverEnd);
  const clientEnd = at(portOf(calls, client));
  const server = calls.syscall('accept4', listening, null, null, 0);
  return { client, server, listening, clientEnd, serverEnd };
}

export const loopback = (port: number): TestAddress => ipv4('127.0.0.1', port);

export interface TestMessage {
  readonly name?: Memory | undefined;
  readonly buffers: readonly Memory[];
  readonly control?: Memory | undefined;
}

const MSGHDR_WORDS = 7;

/** struct msghdr in the layout of either entry, `width` bytes a word. */
export function messageHeader(calls: Calls, message: TestMessage, width: 4 | 8 = 8): Memory {
  const { name, buffers, control } = message;
  const vectors = calls.memory(
    words(
      width,
      buffers.flatMap(({ address, bytes }) => [address, bytes.length]),
    ),
  );
  return calls.memory(
    words(width, [
      name?.address ?? 0,
      name?.bytes.length ?? 0,
      vectors.address,
      buffers.length,
      control?.address ?? 0,
      control?.bytes.length ?? 0,
      ...Array<number>(MSGHDR_WORDS - 6).fill(0),
    ]),
  );
}

/** struct mmsghdr, of the 64-bit entry, in a row. */
export function messageHeaders(calls: Calls, messages: readonly TestMessage[]): Memory {
  const headers = messages.map((message) => [
    ...messageHeader(calls, message).bytes,
    ...Array<number>(8).fill(0),
  ]);
  return calls.memory(Uint8Array.from(headers.flat()));
}

export function words(width: 4 | 8, values: readonly (number | bigint)[]): Uint8Array {
  const big = values.map(BigInt);
  return new Uint8Array(
    width === 8 ? BigUint64Array.from(big).buffer : Uint32Array.from(values, Number).buffer,
  );
}

function bigEndian(port: number): [number, number] {
  return [port >> 8, port & 0xff];
}

function littleEndian(port: number): [number, number] {
  return [port & 0xff, port >> 8];
}

/** What a tuple has of an end that is not known. */
export const noAddress: TestAddress = ipv4('0.0.0.0', 0);
