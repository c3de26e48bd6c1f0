/**
 * The live source: BPF programs that write one record for each system call of interest, and the
 * ring that they come through. A record is the bytes of a capture event.
 */

import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { syscallName } from '@saker/core/events/names.ts';
import { BpfObject } from './bpf-object.ts';
import { libc } from './libc.ts';
import { type KernelFeatures, readKernelFeatures } from './probes/kernel-features.ts';
import { asRawTracepoints } from './raw-tracepoints.ts';
import { RingBuffer } from './ring-buffer.ts';
import { readCounters, type SensorCounters } from './sensor-counters.ts';
import { type SensorHook, withHook } from './sensor-hook.ts';
import { compatTable, SYSCALLS_MAX, syscallNumber } from './syscall-numbers.ts';

export interface SensorOptions {
  /** The compiled programs. */
  readonly image: Uint8Array;
  /** PPM_SC codes of the calls to record. */
  readonly syscalls: ReadonlySet<number>;
  /** A power of two, and of pages. */
  readonly ringBytes: number;
  /** Calls that fail are not recorded. */
  readonly dropFailed?: boolean;
  /** Bytes of data that are recorded of reads and writes. Default 80. */
  readonly snapBytes?: number;
  /** The kernel's own path of opened files is recorded where it differs. Default true. */
  readonly realPaths?: boolean;
  /** Record this process as well. Default false. */
  readonly self?: boolean;
  /** Default: tp_btf, and raw tracepoints where the kernel refuses it. */
  readonly hook?: SensorHook;
  /** Default: what the kernel has. Without them older ways are taken, which all kernels have. */
  readonly features?: KernelFeatures;
}

const PAGE_BYTES = 4096;
/** The last eighth of the ring is for records that state cannot do without. */
const RESERVED_SHARE = 8;
/** Programs that are attached, with where to; the others are reached from the first. */
const attached: ReadonlyMap<string, string> = new Map([
  ['sys_exit', 'sys_exit'],
  ['sched_process_exec', 'sched_process_exec'],
  ['sched_process_fork', 'sched_process_fork'],
  ['sched_process_exit', 'sched_process_exit'],
]);
const GENERIC_PROGRAM = 'sys_generic';

export class Sensor {
  readonly ring: RingBuffer;
  readonly hook: SensorHook;
  readonly #object: BpfObject;
  readonly #sleeping: DataView;

  /** Loads the programs and attaches them: from now on records come. SensorError otherwise. */
  constructor(options: SensorOptions) {
    const { object, ring, hook } = withHook(options.hook, (wanted) => attachTo(wanted, options));
    this.#object = object;
    this.ring = ring;
    this.hook = hook;
    this.#sleeping = object.variable('sleeping');
  }

  /** See `RingBuffer.drain`. */
  drain(onRecord: (start: number, end: number) => void, recordsMax: number): number {
    return this.ring.drain(onRecord, recordsMax);
  }

  /**
   * Waits for the next record, which then comes with a wake-up. The word is set first and the ring
   * looked at once more, so that no record can come in between unseen.
   */
  async wait(timeoutMs: number): Promise<void> {
    this.#sleeping.setUint32(0, 1, true);
    if (this.ring.pendingBytes === 0) await libc().waitReadable(this.ring.fd, timeoutMs);
    this.#sleeping.setUint32(0, 0, true);
  }

  counters(): SensorCounters {
    return readCounters(this.#object.variable('counters'));
  }

  /** The wall clock may have been set: records take their time from it. */
  followClock(): void {
    setBootTime(this.#object);
  }

  /** No record is written any more; what is in the ring can still be read. */
  detach(): void {
    this.#object.detach();
  }

  close(): void {
    this.ring.close();
    this.#object.close();
  }
}

interface Attached {
  readonly object: BpfObject;
  readonly ring: RingBuffer;
  readonly hook: SensorHook;
}

function attachTo(hook: SensorHook, options: SensorOptions): Attached {
  const isRaw = hook === 'raw_tracepoint';
  const object = new BpfObject(isRaw ? asRawTracepoints(options.image) : options.image);
  let ring: RingBuffer | undefined;
  try {
    ring = prepare(object, options, hook);
    for (const [program, tracepoint] of attached) {
      if (!object.programNames.has(program)) continue;
      if (isRaw) object.attachRaw(program, tracepoint);
      else object.attach(program);
    }
    return { object, ring, hook };
  } catch (error) {
    ring?.close();
    object.close();
    throw error;
  }
}

function prepare(object: BpfObject, options: SensorOptions, hook: SensorHook): RingBuffer {
  const slots = programSlots(object.programNames, options.syscalls);
  object.choose(new Set([...attached.keys(), ...slots.values()]));
  object.resizeMap('scratches', possibleCpus());
  object.resizeMap('ring', options.ringBytes);
  setConstants(object, options);
  setWays(object, hook, options.features ?? readKernelFeatures());
  object.load();
  setBootTime(object);
  const wanted = object.variable('wanted');
  for (const [number, program] of slots) {
    object.setProgram('programs', number, program);
    wanted.setUint8(number, 1);
  }
  setCompatNumbers(object);
  setCodes(object, options.syscalls);
  const reserveFrom = options.ringBytes - options.ringBytes / RESERVED_SHARE;
  object.variable('reserve_from').setBigUint64(0, BigInt(reserveFrom), true);
  object.variable('drops_failed').setUint32(0, options.dropFailed === true ? 1 : 0, true);
  if (options.snapBytes !== undefined) {
    object.variable('snap_bytes').setUint32(0, options.snapBytes, true);
  }
  return new RingBuffer(object.mapFd('ring'), options.ringBytes, PAGE_BYTES);
}

function setConstants(object: BpfObject, options: SensorOptions): void {
  object.variable('self_tgid').setUint32(0, options.self === true ? 0 : process.pid, true);
  object.variable('sends_real_paths').setUint8(0, options.realPaths === false ? 0 : 1);
}

/** How the programs may look into the kernel. */
function setWays(object: BpfObject, hook: SensorHook, features: KernelFeatures): void {
  const { castsPointers, hasTaskBtf } = features;
  object.variable('follows_pointers').setUint8(0, hook === 'tp_btf' ? 1 : 0);
  object.variable('casts_pointers').setUint8(0, castsPointers ? 1 : 0);
  object.variable('has_task_btf').setUint8(0, hasTaskBtf ? 1 : 0);
}

/** By the number of each wanted call the program for it. */
function programSlots(
  programs: ReadonlySet<string>,
  syscalls: ReadonlySet<number>,
): ReadonlyMap<number, string> {
  const slots = new Map<number, string>();
  for (const code of syscalls) {
    const name = syscallName(code) ?? '';
    const number = syscallNumber(name, process.arch);
    if (number === undefined) continue;
    const own = `sys_${name}`;
    const program = programs.has(own) ? own : GENERIC_PROGRAM;
    if (programs.has(program)) slots.set(number, program);
  }
  return slots;
}

function setCompatNumbers(object: BpfObject): void {
  if (process.arch !== 'x64') return;
  const numbers = object.variable('number_of_compat');
  const table = compatTable();
  for (let at = 0; at < SYSCALLS_MAX; at++) numbers.setUint16(at * 2, table[at] ?? 0, true);
}

/** What the records of calls without an event of their own call them. */
function setCodes(object: BpfObject, syscalls: ReadonlySet<number>): void {
  if (!object.programNames.has(GENERIC_PROGRAM)) return;
  const codes = object.variable('codes');
  for (const code of syscalls) {
    const number = syscallNumber(syscallName(code) ?? '', process.arch);
    if (number !== undefined) codes.setUint16(number * 2, code, true);
  }
}

function setBootTime(object: BpfObject): void {
  // Uptime counts suspended time, as the programs' clock does; it comes in hundredths of a second,
  // so the clock itself is asked for the rest.
  object.variable('boot_time').setBigUint64(0, bootTimeNs(), true);
}

/** Nanoseconds since the epoch at which CLOCK_BOOTTIME was zero. */
export function bootTimeNs(): bigint {
  const seconds = readFileSync('/proc/uptime', 'utf8').split(' ')[0] ?? '0';
  return BigInt(Date.now()) * 1_000_000n - BigInt(Math.round(Number(seconds) * 1000)) * 1_000_000n;
}

function possibleCpus(): number {
  try {
    const last = /(\d+)\s*$/.exec(readFileSync('/sys/devices/system/cpu/possible', 'utf8'));
    return Number(last?.[1] ?? 0) + 1;
  } catch {
    return availableParallelism();
  }
}
