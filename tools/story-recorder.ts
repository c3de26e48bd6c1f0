/**
 * Records a made-up session as a capture: each call writes the events that the real call would have
 * made.
 */

import * as ppm from '@saker/core/events/constants.gen.ts';
import { encodeNamed } from '@saker/core/events/encode.ts';
import type { ParamInput } from '@saker/core/events/encode-param.ts';
import { PPME } from '@saker/core/events/event-codes.gen.ts';
import type { ThreadEntry } from '@saker/core/events/snapshot.ts';
import { unknownThread } from '@saker/core/events/thread-entry.cases.ts';
import { ScapWriter } from '@saker/core/scap/scap-writer.ts';

export interface Program {
  readonly path: string;
  readonly args: readonly string[];
  readonly memfd?: boolean;
}

/** A process of the story. */
export interface Actor {
  readonly pid: number;
  readonly ptid: number;
  readonly vpid: number;
  readonly uid: number;
  readonly cgroups: readonly string[];
  readonly env: readonly string[];
  program: Program;
}

const STEP_NS = 41_000_000n;
const PAGE_KB = 4;

export class StoryRecorder {
  readonly #writer: ScapWriter;
  #time: bigint;
  #nextPid = 2200;
  #nextVpid = 40;

  constructor(write: (bytes: Uint8Array) => void, startTime: bigint) {
    this.#writer = new ScapWriter(write);
    this.#time = startTime;
  }

  get writer(): ScapWriter {
    return this.#writer;
  }

  finish(): void {
    this.#writer.flush();
  }

  /** Lets time pass. */
  wait(seconds: number): void {
    this.#time += BigInt(Math.round(seconds * 1000)) * 1_000_000n;
  }

  event(type: number, tid: number, values: Readonly<Record<string, ParamInput>>): void {
    this.#time += STEP_NS;
    const record = encodeNamed(type, { time: this.#time, tid }, values);
    this.#writer.record(record, { cpu: tid % 2, stateOnly: false });
  }

  /** The parent's clone event, then the child's. */
  fork(parent: Actor): Actor {
    const pid = this.#nextPid++;
    const child: Actor = { ...parent, pid, ptid: parent.pid, vpid: this.#nextVpid++ };
    const inNamespace = parent.vpid !== parent.pid;
    const flags = inNamespace ? ppm.PPM_CL_CHILD_IN_PIDNS : 0;
    const result = inNamespace ? child.vpid : pid;
    this.event(PPME.PPME_SYSCALL_CLONE_20_X, parent.pid, this.#cloneValues(parent, result, flags));
    this.event(PPME.PPME_SYSCALL_CLONE_20_X, pid, this.#cloneValues(child, 0, flags));
    return child;
  }

  #cloneValues(actor: Actor, result: number, flags: number): Record<string, ParamInput> {
    return {
      ...this.#image(actor),
      res: result,
      flags,
      uid: actor.uid,
      gid: actor.uid,
      vtid: actor.vpid,
      vpid: actor.vpid,
      pidns_init_start_ts: 0,
    };
  }

  #image(actor: Actor): Record<string, ParamInput> {
    return {
      exe: actor.program.args[0] ?? actor.program.path,
      args: actor.program.args.slice(1),
      tid: actor.pid,
      pid: actor.pid,
      ptid: actor.ptid,
      cwd: '',
      fdlimit: 1024,
      pgft_maj: 0,
      pgft_min: 180,
      vm_size: 640 * PAGE_KB,
      vm_rss: 200 * PAGE_KB,
      vm_swap: 0,
      comm: commOf(actor.program),
      cgroups: actor.cgroups,
    };
  }

  exec(actor: Actor, program: Program): void {
    actor.program = program;
    this.event(PPME.PPME_SYSCALL_EXECVE_19_X, actor.pid, {
      ...this.#image(actor),
      res: 0,
      env: actor.env,
      tty: 0,
      vpgid: 1,
      loginuid: 0xffff_ffff,
      flags: program.memfd === true ? ppm.PPM_EXE_FROM_MEMFD : 0,
      cap_inheritable: 0,
      cap_permitted: 0,
      cap_effective: 0,
      exe_ino: 90_000 + program.path.length,
      exe_ino_ctime: this.#time - 86_400_000_000_000n,
      exe_ino_mtime: this.#time - 86_400_000_000_000n,
      uid: actor.uid,
      trusted_exepath: program.path,
      pgid: actor.pid,
      gid: actor.uid,
      filename: program.path,
    });
  }

  open(actor: Actor, fd: number, path: string, flags: number): void {
    this.event(PPME.PPME_SYSCALL_OPENAT_2_X, actor.pid, {
      fd,
      dirfd: -100,
      name: path,
      flags,
      mode: 0,
      dev: 0x2a,
      ino: fd >= 0 ? 120_000 + path.length : 0,
    });
  }

  close(actor: Actor, fd: number): void {
    this.event(PPME.PPME_SYSCALL_CLOSE_X, actor.pid, { res: 0, fd });
  }

  /** A TCP connection that is made at once. Addresses are byte strings. */
  connect(actor: Actor, fd: number, from: Endpoint, to: Endpoint): void {
    this.event(PPME.PPME_SOCKET_SOCKET_X, actor.pid, {
      fd,
      domain: ppm.PPM_AF_INET,
      type: 1,
      proto: 6,
      flags: 0,
    });
    this.event(PPME.PPME_SOCKET_CONNECT_X, actor.pid, {
      res: 0,
      tuple: {
        kind: 'ip',
        sourceAddress: from.address,
        sourcePort: from.port,
        destinationAddress: to.address,
        destinationPort: to.port,
      },
      fd,
      addr: { kind: 'ip', address: to.address, port: to.port },
    });
  }

  dup2(actor: Actor, from: number, to: number): void {
    this.event(PPME.PPME_SYSCALL_DUP2_X, actor.pid, { res: to, oldfd: from, newfd: to });
  }

  exit(actor: Actor): void {
    this.event(PPME.PPME_PROCEXIT_1_E, actor.pid, {
      status: 0,
      ret: 0,
      sig: 0,
      core: 0,
      reaper_tid: 0,
    });
  }
}

export interface Endpoint {
  readonly address: string;
  readonly port: number;
}

function commOf(program: Program): string {
  return (program.path.split('/').at(-1) ?? '').slice(0, 15);
}

/** A process that already ran when the recording began. */
export function snapshotEntry(actor: Actor): ThreadEntry {
  return {
    ...unknownThread,
    sid: 1,
    vpgid: 1,
    cwd: '/srv/shop/',
    root: '/',
    fdLimit: 1024,
    vmSizeKb: 90_000,
    vmRssKb: 40_000,
    pageFaultsMajor: 2,
    pageFaultsMinor: 900,
    exeIno: 7_001,
    tid: actor.pid,
    pid: actor.pid,
    ptid: actor.ptid,
    pgid: actor.pid,
    vtid: actor.vpid,
    vpid: actor.vpid,
    comm: commOf(actor.program),
    exe: actor.program.args[0] ?? actor.program.path,
    exepath: actor.program.path,
    args: actor.program.args.slice(1).join('\0'),
    env: actor.env.join('\0'),
    cgroups: actor.cgroups.join('\0'),
    uid: actor.uid,
    gid: actor.uid,
  };
}
