/**
 * What state knows of the machine, written as the beginning of a capture: the inverse of reading
 * one. What the format has no room for is lost, as in Falco's captures: when threads and programs
 * were started, the direction of IPv6 connections, the kernel's other path of an open file.
 */

import type { ByteString } from '../base/host.ts';
import { normalise64 } from '../base/int64.ts';
import { encodeNamed } from '../events/encode.ts';
import { PPME } from '../events/event-codes.gen.ts';
import { FdType } from '../events/fd-type.ts';
import type { FdEntry, SnapshotSink, ThreadEntry, Transport } from '../events/snapshot.ts';
import { containerJson } from './container-json-text.ts';
import { type FdInfo, Role } from './fd-info.ts';
import type { SystemState } from './system-state.ts';
import type { ThreadInfo } from './thread-info.ts';

const HOST = '';
const ZERO_V4 = '\0'.repeat(4);
const ZERO_V6 = '\0'.repeat(16);
/** Of events that the host's tables make: they belong to no thread. */
const NO_THREAD = -1;
const NO_PLUGIN = 0;

/** Everything that the format has lists for. */
export function writeSnapshot(state: SystemState, sink: SnapshotSink): void {
  if (state.machineInfo !== undefined) sink.machine(state.machineInfo);
  for (const entry of state.interfaces) sink.networkInterface(entry);
  for (const [containerId, user] of state.users.users()) {
    if (containerId === HOST) sink.user(user);
  }
  for (const [containerId, group] of state.users.groups()) {
    if (containerId === HOST) sink.group(group);
  }
  for (const thread of state.threads.values()) {
    if (!thread.isInvalid) sink.thread(entryOfThread(thread));
  }
  const listeningPorts = listeningPortsOf(state);
  for (const thread of state.threads.values()) {
    if (thread.isInvalid) continue;
    for (const [number, fd] of thread.fds?.entries() ?? []) {
      const entry = entryOfFd(number, fd, listeningPorts);
      if (entry !== undefined) sink.fd(thread.tid, entry);
    }
  }
}

/**
 * What it has none for, as records of the events that told of it: containers, and their users and
 * groups. `time`: nanoseconds since the epoch.
 */
export function* snapshotEvents(
  state: SystemState,
  time: bigint,
): Generator<Uint8Array<ArrayBuffer>> {
  const header = { time: normalise64(time), tid: NO_THREAD };
  for (const container of state.containers.values()) {
    const data = `${containerJson(container)}\0`;
    const values = { plugin_id: NO_PLUGIN, name: 'container', data };
    yield encodeNamed(PPME.PPME_ASYNCEVENT_E, header, values);
  }
  for (const [containerId, user] of state.users.users()) {
    if (containerId === HOST) continue;
    const values = { ...user, container_id: containerId };
    yield encodeNamed(PPME.PPME_USER_ADDED_E, header, values);
  }
  for (const [containerId, group] of state.users.groups()) {
    if (containerId === HOST) continue;
    const values = { ...group, container_id: containerId };
    yield encodeNamed(PPME.PPME_GROUP_ADDED_E, header, values);
  }
}

function entryOfThread(thread: ThreadInfo): ThreadEntry {
  const { isMain } = thread;
  return {
    ...idsOf(thread),
    ...executableOf(thread),
    // Readers take these of main threads only, and a process can have thousands of others.
    env: isMain ? thread.env : '',
    cwd: isMain ? thread.cwd : '',
    cgroups: thread.cgroups,
    root: thread.root,
    fdLimit: thread.fdLimit,
    flags: thread.flags,
    vmSizeKb: thread.vmSizeKb,
    vmRssKb: thread.vmRssKb,
    vmSwapKb: thread.vmSwapKb,
    pageFaultsMajor: thread.pageFaultsMajor,
    pageFaultsMinor: thread.pageFaultsMinor,
    pidnsInitStart: thread.pidnsInitStart,
    tty: thread.tty,
  };
}

function idsOf(thread: ThreadInfo) {
  const { tid, pid, ptid, sid, vpgid, pgid, vtid, vpid, uid, gid, loginuid } = thread;
  const { capInheritable, capPermitted, capEffective } = thread;
  const capabilities = { capInheritable, capPermitted, capEffective };
  return { tid, pid, ptid, sid, vpgid, pgid, vtid, vpid, uid, gid, loginuid, ...capabilities };
}

function executableOf(thread: ThreadInfo) {
  const { comm, exe, exepath, args, exeWritable, exeUpperLayer, exeLowerLayer } = thread;
  const { exeFromMemfd, exeIno, exeInoCtime, exeInoMtime } = thread;
  const file = { exeFromMemfd, exeIno, exeInoCtime, exeInoMtime };
  return { comm, exe, exepath, args, exeWritable, exeUpperLayer, exeLowerLayer, ...file };
}

function listeningPortsOf(state: SystemState): ReadonlySet<number> {
  const ports = new Set<number>();
  for (const { fds } of state.threads.values()) {
    for (const [, fd] of fds?.entries() ?? []) if (fd.isListening) ports.add(fd.sourcePort);
  }
  return ports;
}

/** Undefined for kinds that the format has no entry for. */
function entryOfFd(
  number: number,
  fd: FdInfo,
  listeningPorts: ReadonlySet<number>,
): FdEntry | undefined {
  const { type, ino } = fd;
  if (type <= FdType.UNKNOWN) return undefined;
  const head = { fd: number, ino, type };
  if (fd.isIpSocket) return { ...head, name: '', transport: transportOf(fd, listeningPorts) };
  const { name } = fd;
  if (type === FdType.UNIX_SOCK) {
    const [unixSource, unixDestination] = [pointerAt(fd.unixEnds, 0), pointerAt(fd.unixEnds, 8)];
    return { ...head, name, unixSource, unixDestination };
  }
  if (type !== FdType.FILE_V2) return { ...head, name };
  return { ...head, name, openFlags: fd.openFlags, dev: fd.dev };
}

/**
 * The list has connections as /proc does, this machine first; readers find out which of them came
 * from outside by the ports that somebody listens on, and turn those around. Of a server's end
 * whose port nobody listens on any more they would not: it is written as it is, a client's.
 */
function transportOf(fd: FdInfo, listeningPorts: ReadonlySet<number>): Transport {
  const isV4 = fd.type === FdType.IPV4_SOCK || fd.type === FdType.IPV4_SERVSOCK;
  const zero = isV4 ? ZERO_V4 : ZERO_V6;
  const source = { address: fd.sourceAddress || zero, port: fd.sourcePort };
  const destination = { address: fd.destinationAddress || zero, port: fd.destinationPort };
  const isTurned =
    fd.type === FdType.IPV4_SOCK &&
    fd.role === Role.SERVER &&
    listeningPorts.has(fd.destinationPort);
  const [from, to] = isTurned ? [destination, source] : [source, destination];
  return {
    sourceAddress: from.address,
    sourcePort: from.port,
    destinationAddress: fd.isListening ? '' : to.address,
    destinationPort: to.port,
    l4proto: fd.l4proto,
  };
}

/** A kernel address of `FdInfo.unixEnds`. */
function pointerAt(ends: ByteString, at: number) {
  let pointer = 0n;
  for (let byte = at + 7; byte >= at; byte--) {
    pointer = (pointer << 8n) | BigInt(ends.charCodeAt(byte) || 0);
  }
  return normalise64(pointer);
}
