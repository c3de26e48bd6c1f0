/** One BPF object: opened, its constants set, its programs chosen, loaded, attached. */

import { type ElfSymbol, elfVariables } from './elf-symbols.ts';
import { type Handle, libbpf, takeMessages } from './libbpf.ts';
import { bytesAt, libc, PROT_READ, PROT_WRITE } from './libc.ts';
import { SensorError } from './sensor-error.ts';

const EPERM = 1;
/** struct bpf_prog_info of include/uapi/linux/bpf.h, as far as it is read here. */
const RUN_TIME_NS_AT = 192;
const RUN_COUNT_AT = 200;
const RECURSION_MISSES_AT = 208;
const PROG_INFO_BYTES = 216;
/** The section of what never changes, at the end of its map's name. */
const CONSTANTS = '.rodata';

/** What the kernel counts of one program. */
export interface ProgramRuns {
  /** Left out because the program was running on that processor already. */
  readonly missed: number;
  /** Of these two the kernel keeps count only while kernel.bpf_stats_enabled is 1. */
  readonly count: number;
  readonly timeNs: number;
}

export class BpfObject {
  readonly #object: Handle;
  readonly #variables: ReadonlyMap<string, ElfSymbol>;
  readonly #programs = new Map<string, Handle>();
  readonly #links: Handle[] = [];
  readonly #sections = new Map<string, ArrayBuffer>();
  readonly #mapped: { address: bigint; bytes: number }[] = [];
  #loaded = false;

  constructor(image: Uint8Array) {
    const bpf = libbpf();
    this.#variables = elfVariables(image);
    const object = bpf.openObject(image);
    if (object === null) {
      throw new SensorError('object-missing', `the BPF object cannot be opened: ${lastMessage()}`);
    }
    this.#object = object;
    let program = bpf.nextProgram(object, null);
    for (; program !== null; program = bpf.nextProgram(object, program)) {
      this.#programs.set(bpf.programName(program), program);
    }
  }

  get programNames(): ReadonlySet<string> {
    return new Set(this.#programs.keys());
  }

  /** Before `load`: only these programs are loaded. */
  choose(names: ReadonlySet<string>): void {
    for (const [name, program] of this.#programs) libbpf().setAutoload(program, names.has(name));
  }

  resizeMap(name: string, entries: number): void {
    if (libbpf().setMaxEntries(this.#map(name), entries) < 0) {
      throw new SensorError('load-failed', `cannot give ${name} ${entries} entries`);
    }
  }

  /**
   * Before `load`: what is not constant is shared with an object of the same image that is loaded
   * already, so that the programs of both work together.
   */
  share(loaded: BpfObject): void {
    const bpf = libbpf();
    for (let map = bpf.nextMap(this.#object, null); map !== null; ) {
      const name = bpf.mapName(map);
      if (!name.endsWith(CONSTANTS)) {
        if (bpf.reuseFd(map, loaded.mapFd(name)) < 0) {
          throw new SensorError('load-failed', `cannot share ${name}: ${lastMessage()}`);
        }
      }
      map = bpf.nextMap(this.#object, map);
    }
  }

  load(): void {
    const result = libbpf().loadObject(this.#object);
    this.#sections.clear();
    if (result < 0) throw loadError(-result);
    this.#loaded = true;
  }

  mapFd(name: string): number {
    return libbpf().mapFd(this.#map(name));
  }

  /** The kernel's number for a loaded program, as long as this object is open. */
  programFd(name: string): number {
    return libbpf().programFd(this.#program(name));
  }

  /** Slot `index` of a program array gets the program, which may be another object's. */
  setProgram(map: string, index: number, program: string, owner: BpfObject = this): void {
    const key = new Uint8Array(Uint32Array.of(index).buffer);
    const value = new Uint8Array(Int32Array.of(owner.programFd(program)).buffer);
    const BPF_ANY = 0n;
    if (libbpf().updateElement(this.mapFd(map), key, value, BPF_ANY) < 0) {
      throw new SensorError('load-failed', `cannot put ${program} into slot ${index} of ${map}`);
    }
  }

  /** The bytes of a variable: before `load` its first value, then what the programs see. */
  variable(name: string): DataView {
    const symbol = this.#variables.get(name);
    if (symbol === undefined) {
      throw new SensorError('object-missing', `the BPF object has no variable ${name}`);
    }
    return new DataView(this.#section(symbol.section), symbol.offset, symbol.bytes);
  }

  programRuns(program: string): ProgramRuns {
    const info = new DataView(new ArrayBuffer(PROG_INFO_BYTES));
    const bytes = new Uint8Array(info.buffer);
    const fd = libbpf().programFd(this.#program(program));
    // Older kernels write less, which leaves zero.
    libbpf().objectInfo(fd, bytes, Uint32Array.of(bytes.length));
    return {
      missed: Number(info.getBigUint64(RECURSION_MISSES_AT, true)),
      count: Number(info.getBigUint64(RUN_COUNT_AT, true)),
      timeNs: Number(info.getBigUint64(RUN_TIME_NS_AT, true)),
    };
  }

  /** To where the program's section says. */
  attach(program: string): void {
    this.#keep(libbpf().attach(this.#program(program)), program);
  }

  attachRaw(program: string, tracepoint: string): void {
    this.#keep(libbpf().attachRaw(this.#program(program), tracepoint), program);
  }

  detach(): void {
    for (const link of this.#links.splice(0)) libbpf().destroyLink(link);
  }

  close(): void {
    this.detach();
    this.#sections.clear();
    for (const { address, bytes } of this.#mapped.splice(0)) libc().munmap(address, bytes);
    libbpf().closeObject(this.#object);
  }

  #keep(link: Handle | null, program: string): void {
    if (link === null) {
      throw new SensorError('attach-failed', `cannot attach ${program}: ${lastMessage()}`);
    }
    this.#links.push(link);
  }

  #map(name: string): Handle {
    const map = libbpf().findMap(this.#object, name);
    if (map === null) throw new SensorError('object-missing', `the BPF object has no map ${name}`);
    return map;
  }

  #program(name: string): Handle {
    const program = this.#programs.get(name);
    if (program === undefined) {
      throw new SensorError('object-missing', `the BPF object has no program ${name}`);
    }
    return program;
  }

  /**
   * Sections of variables are maps whose name ends in the section's; libbpf puts its own before.
   * Before `load` their bytes are the values that the map will be made with, afterwards the map
   * itself.
   */
  #section(name: string): ArrayBuffer {
    let bytes = this.#sections.get(name);
    if (bytes !== undefined) return bytes;
    const bpf = libbpf();
    let map = bpf.nextMap(this.#object, null);
    while (map !== null && !bpf.mapName(map).endsWith(name)) map = bpf.nextMap(this.#object, map);
    if (map === null) throw new SensorError('object-missing', `the BPF object has no ${name}`);
    const size = [0];
    const first = bpf.initialValue(map, size);
    const length = size[0] ?? 0;
    bytes = bytesAt(this.#loaded ? this.#mapMemory(bpf.mapFd(map), length) : BigInt(first), length);
    this.#sections.set(name, bytes);
    return bytes;
  }

  #mapMemory(fd: number, bytes: number): bigint {
    const address = libc().mmap(bytes, PROT_READ | PROT_WRITE, fd, 0);
    if (address === -1n) throw new SensorError('memory-lock', 'cannot map the variables');
    this.#mapped.push({ address, bytes });
    return address;
  }
}

function loadError(errno: number): SensorError {
  const cause = new Error(takeMessages());
  if (errno === EPERM) {
    return new SensorError('missing-capability', 'the kernel does not allow to load BPF programs', {
      cause,
      hint: 'run as root, or with the capabilities CAP_BPF and CAP_PERFMON',
    });
  }
  return new SensorError('load-failed', `the kernel refuses the BPF programs (errno ${errno})`, {
    cause,
  });
}

function lastMessage(): string {
  return takeMessages().trim().split('\n').at(-1) ?? '';
}
