/**
 * The live source: BPF programs that write one record for each system call of interest, and the
 * ring that they come through. A record is the bytes of a capture event.
 */

import { assert } from '@saker/core/base/assert.ts';
import { syscallName } from '@saker/core/events/names.ts';
import { bootTimeNs } from './boot-time.ts';
import { BpfObject, type ProgramRuns } from './bpf-object.ts';
import { findSelf } from './find-self.ts';
import { libbpf } from './libbpf.ts';
import { libc } from './libc.ts';
import { type KernelFeatures, readKernelFeatures } from './probes/kernel-features.ts';
import { asRawTracepoints } from './raw-tracepoints.ts';
import { RingBuffer } from './ring-buffer.ts';
import {
  type CpuCounters,
  type LostClass,
  ROW_BYTES,
  readCounters,
  readCpuCounters,
  type SensorCounters,
} from './sensor-counters.ts';
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
  readonly #options: SensorOptions;
  readonly #object: BpfObject;
  /** Objects that were loaded later, for programs that the first one left out. */
  readonly #later: BpfObject[] = [];
  /** The program in each slot, by the number of the call. */
  readonly #slots: Map<number, string>;
  readonly #sleeping: Int32Array;
  readonly #counters: DataView;
  #isOpen = true;

  /** Loads the programs and attaches them: from now on records come. SensorError otherwise. */
  constructor(options: SensorOptions) {
    const parts = withHook(options.hook, (wanted) => attachTo(wanted, options));
    const { object } = parts;
    this.#options = options;
    this.#object = object;
    this.#slots = parts.slots;
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

  /**
   * From now on these calls are recorded and no others. Programs that no call has needed so far are
   * loaded, beside those that run. SensorError when the kernel does not let us: then it is as it
   * was.
   */
  select(syscalls: ReadonlySet<number>): void {
    const slots = programSlots(this.programNames, syscalls);
    const added = [...slots].filter(([number]) => !this.#slots.has(number));
    if (added.length > 0) this.#add(new Map(added), syscalls);
    const wanted = this.#object.variable('wanted');
    for (const number of this.#slots.keys()) wanted.setUint8(number, slots.has(number) ? 1 : 0);
  }

  #add(added: ReadonlyMap<number, string>, syscalls: ReadonlySet<number>): void {
    const isRaw = this.hook === 'raw_tracepoint';
    const { image } = this.#options;
    const object = new BpfObject(isRaw ? asRawTracepoints(image) : image);
    try {
      object.choose(new Set(added.values()));
      object.resizeMap('scratches', possibleCpus());
      object.resizeMap('ring', this.#options.ringBytes);
      setConstants(object, this.hook, this.#options);
      object.share(this.#object);
      object.load();
    } catch (error) {
      object.close();
      throw error;
    }
    this.#later.push(object);
    setCodes(this.#object, syscalls);
    for (const [number, program] of added) {
      this.#object.setProgram('programs', number, program, object);
      this.#slots.set(number, program);
    }
  }

  counters(): SensorCounters {
    const missed: Partial<Record<LostClass, number>> = {};
    for (const [program, lost] of attached) missed[lost] = this.#object.programRuns(program).missed;
    return readCounters(this.#counters, missed);
  }

  /** Over all processors, by their numbers. */
  cpuCounters(): readonly CpuCounters[] {
    return readCpuCounters(this.#counters);
  }

  /** Of the programs that are attached, by the tracepoint of each. */
  programRuns(): ReadonlyMap<string, ProgramRuns> {
    return new Map([...attached.keys()].map((name) => [name, this.#object.programRuns(name)]));
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
    for (const object of this.#later) object.close();
    this.#object.close();
  }
}

interface Attached {
  readonly object: BpfObject;
  readonly ring: RingBuffer;
  readonly hook: SensorHook;
  readonly pid: number;
  readonly slots: Map<number, string>;
}

function attachTo(hook: SensorHook, options: SensorOptions): Attached {
  const isRaw = hook === 'raw_tracepoint';
  const object = new BpfObject(isRaw ? asRawTracepoints(options.image) : options.image);
  let ring: RingBuffer | undefined;
  const slots = programSlots(object.programNames, options.syscalls);
  const attach = (program: string, tracepoint: string): void =>
    isRaw ? object.attachRaw(program, tracepoint) : object.attach(program);
  try {
    ring = prepare(object, { options, hook, slots });
    attach(SELF_PROGRAM, 'sys_exit');
    const pid = findSelf(object);
    object.detach();
    if (options.self === true) object.variable('self_tgid').setInt32(0, 0, true);
    for (const program of attached.keys()) attach(program, program);
    return { object, ring, hook, pid, slots };
  } catch (error) {
    ring?.close();
    object.close();
    throw error;
  }
}

interface Plan {
  readonly options: SensorOptions;
  readonly hook: SensorHook;
  readonly slots: ReadonlyMap<number, string>;
}

function prepare(object: BpfObject, { options, hook, slots }: Plan): RingBuffer {
  const pageBytes = libc().pageBytes();
  const { ringBytes } = options;
  assert(Number.isInteger(Math.log2(ringBytes)) && ringBytes >= pageBytes, 'size of the ring');
  object.choose(new Set([...attached.keys(), SELF_PROGRAM, ...slots.values()]));
  object.resizeMap('scratches', possibleCpus());
  object.resizeMap('ring', ringBytes);
  setConstants(object, hook, options);
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

/** What is fixed when programs are loaded. */
function setConstants(object: BpfObject, hook: SensorHook, options: SensorOptions): void {
  object.variable('sends_real_paths').setUint8(0, options.realPaths === false ? 0 : 1);
  setWays(object, hook, options.features ?? readKernelFeatures());
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
): Map<number, string> {
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
