/**
 * The live source: BPF programs that write one record for each system call of interest, and the
 * ring that they come through. A record is the bytes of a capture event.
 */

import { assert } from '@saker/core/base/assert.ts';
import { syscallName } from '@saker/core/events/names.ts';
import { bootTimeNs } from './boot-time.ts';
import { BpfObject } from './bpf-object.ts';
import { findSelf } from './find-self.ts';
import { libbpf } from './libbpf.ts';
import { libc } from './libc.ts';
import { type KernelFeatures, readKernelFeatures } from './probes/kernel-features.ts';
import { asRawTracepoints } from './raw-tracepoints.ts';
import { RingBuffer } from './ring-buffer.ts';
import { type LostClass, ROW_BYTES, readCounters, type SensorCounters } from './sensor-counters.ts';
import { SensorError } from './sensor-error.ts';
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

/** The last eighth of the ring is for records that state cannot do without. */
const RESERVED_SHARE = 8;
/**
 * Programs that are attached, each to the tracepoint of its name; the others are reached from the
 * first. With the class of the records that are lost when the kernel leaves one out.
 */
const attached: ReadonlyMap<string, LostClass> = new Map([
  ['sys_exit', 'other'],
  ['sched_process_exec', 'execve'],
  ['sched_process_fork', 'clone_fork'],
  ['sched_process_exit', 'proc'],
]);
const SELF_PROGRAM = 'find_self';
const GENERIC_PROGRAM = 'sys_generic';

export class Sensor {
  readonly ring: RingBuffer;
  readonly hook: SensorHook;
  /** Of this process, as the host numbers it and as records have it. */
  readonly pid: number;
  readonly #object: BpfObject;
  readonly #sleeping: Int32Array;
  readonly #counters: DataView;
  #isOpen = true;

  /** Loads the programs and attaches them: from now on records come. SensorError otherwise. */
  constructor(options: SensorOptions) {
    const parts = withHook(options.hook, (wanted) => attachTo(wanted, options));
    const { object } = parts;
    this.#object = object;
    this.ring = parts.ring;
    this.hook = parts.hook;
    this.pid = parts.pid;
    const sleeping = object.variable('sleeping');
    this.#sleeping = new Int32Array(sleeping.buffer, sleeping.byteOffset, 1);
    const rows = object.variable('counters');
    const rowsBytes = Math.min(rows.byteLength, possibleCpus() * ROW_BYTES);
    this.#counters = new DataView(rows.buffer, rows.byteOffset, rowsBytes);
  }

  /** All that the object has, whether they were loaded or not: `unrecordedSyscalls` asks. */
  get programNames(): ReadonlySet<string> {
    return this.#object.programNames;
  }

  /** See `RingBuffer.drain`. */
  drain(onRecord: (start: number, end: number) => void, recordsMax: number): number {
    return this.ring.drain(onRecord, recordsMax);
  }

  /**
   * Waits for the next record, which then comes with a wake-up. The word is set first and the ring
   * looked at once more, in an order that the processor keeps, too (Atomics): the programs do both
   * the other way round, so that no record can come in between unseen.
   */
  async wait(timeoutMs: number): Promise<void> {
    Atomics.store(this.#sleeping, 0, 1);
    if (this.ring.pendingBytes === 0) await libc().waitReadable(this.ring.fd, timeoutMs);
    // It may have been closed meanwhile: then there is no such word any more.
    if (this.#isOpen) Atomics.store(this.#sleeping, 0, 0);
  }

  counters(): SensorCounters {
    const missed: Partial<Record<LostClass, number>> = {};
    for (const [program, lost] of attached) missed[lost] = this.#object.missedRuns(program);
    return readCounters(this.#counters, missed);
  }

  /** The wall clock may have been set: records take their time from it. */
  followClock(): void {
    setBootTime(this.#object);
  }

  /** No record is written any more; what is in the ring can still be read. */
  detach(): void {
    this.#object.detach();
  }

  /** After this nothing of the sensor may be used. */
  close(): void {
    this.#isOpen = false;
    this.ring.close();
    this.#object.close();
  }
}

interface Attached {
  readonly object: BpfObject;
  readonly ring: RingBuffer;
  readonly hook: SensorHook;
  readonly pid: number;
}

function attachTo(hook: SensorHook, options: SensorOptions): Attached {
  const isRaw = hook === 'raw_tracepoint';
  const object = new BpfObject(isRaw ? asRawTracepoints(options.image) : options.image);
  let ring: RingBuffer | undefined;
  const attach = (program: string, tracepoint: string): void =>
    isRaw ? object.attachRaw(program, tracepoint) : object.attach(program);
  try {
    ring = prepare(object, options, hook);
    attach(SELF_PROGRAM, 'sys_exit');
    const pid = findSelf(object);
    object.detach();
    if (options.self === true) object.variable('self_tgid').setInt32(0, 0, true);
    for (const program of attached.keys()) attach(program, program);
    return { object, ring, hook, pid };
  } catch (error) {
    ring?.close();
    object.close();
    throw error;
  }
}

function prepare(object: BpfObject, options: SensorOptions, hook: SensorHook): RingBuffer {
  const pageBytes = libc().pageBytes();
  const { ringBytes } = options;
  assert(Number.isInteger(Math.log2(ringBytes)) && ringBytes >= pageBytes, 'size of the ring');
  const slots = programSlots(object.programNames, options.syscalls);
  object.choose(new Set([...attached.keys(), SELF_PROGRAM, ...slots.values()]));
  object.resizeMap('scratches', possibleCpus());
  object.resizeMap('ring', ringBytes);
  object.variable('sends_real_paths').setUint8(0, options.realPaths === false ? 0 : 1);
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
  const reserveFrom = ringBytes - ringBytes / RESERVED_SHARE;
  object.variable('reserve_from').setBigUint64(0, BigInt(reserveFrom), true);
  object.variable('drops_failed').setUint32(0, options.dropFailed === true ? 1 : 0, true);
  if (options.snapBytes !== undefined) {
    object.variable('snap_bytes').setUint32(0, options.snapBytes, true);
  }
  return new RingBuffer(object.mapFd('ring'), ringBytes, pageBytes);
}

/** How the programs may look into the kernel. */
function setWays(object: BpfObject, hook: SensorHook, features: KernelFeatures): void {
  const { castsPointers, hasTaskBtf, disablesPreemption } = features;
  object.variable('follows_pointers').setUint8(0, hook === 'tp_btf' ? 1 : 0);
  object.variable('casts_pointers').setUint8(0, castsPointers ? 1 : 0);
  object.variable('has_task_btf').setUint8(0, hasTaskBtf ? 1 : 0);
  object.variable('disables_preemption').setUint8(0, disablesPreemption ? 1 : 0);
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
    slots.set(number, programs.has(own) ? own : GENERIC_PROGRAM);
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
  const codes = object.variable('codes');
  for (const code of syscalls) {
    const number = syscallNumber(syscallName(code) ?? '', process.arch);
    if (number !== undefined) codes.setUint16(number * 2, code, true);
  }
}

function setBootTime(object: BpfObject): void {
  const { buffer, byteOffset } = object.variable('boot_time');
  // In one piece: programs read it meanwhile.
  Atomics.store(new BigUint64Array(buffer, byteOffset, 1), 0, bootTimeNs());
}

function possibleCpus(): number {
  const count = libbpf().possibleCpus();
  if (count > 0) return count;
  throw new SensorError('load-failed', 'cannot read /sys/devices/system/cpu/possible', {
    hint: 'mount sysfs on /sys',
  });
}
