/**
 * What a source knows of the machine before its first event: a capture's blocks, or a scan of
 * /proc. State takes it in through `SnapshotSink`, ScapWriter writes it.
 */

import type { ByteString } from '../base/host.ts';
import type { Int64 } from '../base/int64.ts';

export interface MachineInfo {
  readonly cpuCount: number;
  readonly memoryBytes: Int64;
  readonly pidMax: Int64;
  readonly hostname: ByteString;
  /** Nanoseconds since the epoch; 0 when unknown. */
  readonly bootTime: Int64;
}

export interface NetworkInterface {
  readonly name: ByteString;
  /** 4 or 16 chars, network order. */
  readonly address: ByteString;
  readonly netmask: ByteString;
  readonly broadcast: ByteString;
  /** Megabits per second; undefined where the block does not hold it. */
  readonly linkSpeed: Int64 | undefined;
}

export interface UserEntry {
  readonly uid: number;
  readonly gid: number;
  readonly name: ByteString;
  readonly home: ByteString;
  readonly shell: ByteString;
}

export interface GroupEntry {
  readonly gid: number;
  readonly name: ByteString;
}

/**
 * One row of the process list. Absent values have the defaults of the capture format: -1 for ids,
 * 0, "".
 */
export interface ThreadEntry {
  readonly tid: number;
  readonly pid: number;
  readonly ptid: number;
  readonly sid: number;
  readonly vpgid: number;
  readonly pgid: number;
  readonly vtid: number;
  readonly vpid: number;
  readonly comm: ByteString;
  readonly exe: ByteString;
  readonly exepath: ByteString;
  /** NUL-separated, without the final NUL; so are env and cgroups. */
  readonly args: ByteString;
  readonly env: ByteString;
  readonly cgroups: ByteString;
  readonly cwd: ByteString;
  readonly root: ByteString;
  readonly fdLimit: Int64;
  /** PPM_CL_*. */
  readonly flags: number;
  readonly uid: number;
  readonly gid: number;
  /** 0xffffffff when unset. */
  readonly loginuid: number;
  readonly vmSizeKb: number;
  readonly vmRssKb: number;
  readonly vmSwapKb: number;
  readonly pageFaultsMajor: Int64;
  readonly pageFaultsMinor: Int64;
  readonly pidnsInitStart: Int64;
  readonly tty: number;
  readonly exeWritable: boolean;
  readonly exeUpperLayer: boolean;
  readonly exeLowerLayer: boolean;
  readonly exeFromMemfd: boolean;
  readonly capInheritable: Int64;
  readonly capPermitted: Int64;
  readonly capEffective: Int64;
  readonly exeIno: Int64;
  /** Nanoseconds since the epoch. */
  readonly exeInoCtime: Int64;
  readonly exeInoMtime: Int64;
}

export type Transport = {
  /** 4 or 16 chars, network order. */
  readonly sourceAddress: ByteString;
  readonly destinationAddress: ByteString;
  readonly sourcePort: number;
  readonly destinationPort: number;
  /** One of `L4`. */
  readonly l4proto: number;
};

/** One row of a descriptor list; `type` is one of `FdType`. */
export interface FdEntry {
  readonly fd: number;
  readonly ino: Int64;
  readonly type: number;
  /** Path or name; for unix sockets the path. */
  readonly name: ByteString;
  /** Only for files of format 2. */
  readonly openFlags?: number;
  readonly dev?: number;
  /** IP sockets. Listening sockets have their address in source*. */
  readonly transport?: Transport;
  /** Unix sockets: kernel addresses of the two ends. */
  readonly unixSource?: Int64;
  readonly unixDestination?: Int64;
}

export interface SnapshotSink {
  /** Captures that were put together: a further section begins, what was told before is void. */
  section?(): void;
  machine(machine: MachineInfo): void;
  networkInterface(entry: NetworkInterface): void;
  user(entry: UserEntry): void;
  group(entry: GroupEntry): void;
  thread(entry: ThreadEntry): void;
  /** Descriptors come after all threads; those of unknown threads are dropped. */
  fd(tid: number, entry: FdEntry): void;
}
