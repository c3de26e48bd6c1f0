/**
 * Hot. The kernel's ring of records, mapped and read in place (include/uapi/linux/bpf.h,
 * kernel/bpf/ringbuf.c): a page with the reader's position, which is the one word written here, a
 * page with the writers', then the data, whose begin follows its end so that no record is torn.
 * Benchmark: live in bench/.
 */

import { bytesAt, libc, PROT_READ, PROT_WRITE } from './libc.ts';
import { SensorError } from './sensor-error.ts';

/**
 * Of the second view of the data only what the longest record may reach into it (RECORD_HALF of
 * bpf/maps.h, doubled): what is mapped counts as memory of this process.
 */
const OVERHANG_BYTES = 128 << 10;
/** Before each record: its length, with the two marks, and an offset of no use here. */
const HEADER_BYTES = 8;
const BUSY = 0x8000_0000;
const DISCARDED = 0x4000_0000;
const LENGTH = 0x3fff_ffff;
/**
 * Whether what is read is read in the order of the program. Where it is not, the mark of a record
 * that is not whole yet must be read with an atomic load, which is a call that costs a tenth of the
 * way through the ring.
 */
const LOADS_IN_ORDER = process.arch === 'x64';

export class RingBuffer {
  /** The data, and its begin once more. */
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly sizeBytes: number;
  readonly fd: number;
  readonly #mask: number;
  readonly #headers: Int32Array;
  /**
   * Positions only grow. They are multiples of 8, which numbers hold exactly up to 2^56: 22 years
   * at 100 MB/s.
   */
  readonly #consumer: BigInt64Array;
  readonly #producer: BigInt64Array;
  readonly #mapped: { address: bigint; bytes: number }[] = [];
  #position: number;

  constructor(fd: number, sizeBytes: number, pageBytes: number) {
    const dataBytes = sizeBytes + Math.min(OVERHANG_BYTES, sizeBytes);
    const consumer = map(fd, pageBytes, PROT_READ | PROT_WRITE, 0);
    this.#mapped.push({ address: consumer, bytes: pageBytes });
    const producer = this.#mapRest(fd, pageBytes + dataBytes, pageBytes);
    const data = bytesAt(producer + BigInt(pageBytes), dataBytes);
    this.fd = fd;
    this.sizeBytes = sizeBytes;
    this.bytes = new Uint8Array(data);
    this.view = new DataView(data);
    this.#headers = new Int32Array(data);
    this.#mask = sizeBytes - 1;
    this.#consumer = new BigInt64Array(bytesAt(consumer, pageBytes));
    this.#producer = new BigInt64Array(bytesAt(producer, pageBytes));
    this.#position = Number(Atomics.load(this.#consumer, 0));
  }

  /** Without it the first page would stay mapped. */
  #mapRest(fd: number, bytes: number, offset: number): bigint {
    try {
      const address = map(fd, bytes, PROT_READ, offset);
      this.#mapped.push({ address, bytes });
      return address;
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /** Bytes that wait to be read. */
  get pendingBytes(): number {
    return Number(Atomics.load(this.#producer, 0)) - this.#position;
  }

  /**
   * Hands over the records that are complete, at most `recordsMax`, each as its place in `bytes`,
   * valid until the call ends. The writers get the room back in between, so that they need not wait
   * for the end of a long batch. The result is how many there were. A record over which `onRecord`
   * throws counts as read.
   */
  drain(onRecord: (start: number, end: number) => void, recordsMax: number): number {
    const headers = this.#headers;
    const mask = this.#mask;
    const giveBackAt = this.sizeBytes >> 4;
    let position = this.#position;
    let given = position;
    let count = 0;
    let limit = Number(Atomics.load(this.#producer, 0));
    try {
      while (count < recordsMax) {
        if (position >= limit) limit = Number(Atomics.load(this.#producer, 0));
        if (position >= limit) break;
        const at = position & mask;
        const word = at >> 2;
        const header = LOADS_IN_ORDER ? (headers[word] ?? 0) : Atomics.load(headers, word);
        if ((header & BUSY) !== 0) break;
        const length = header & LENGTH;
        position += (HEADER_BYTES + length + 7) & ~7;
        if ((header & DISCARDED) === 0) {
          onRecord(at + HEADER_BYTES, at + HEADER_BYTES + length);
          count++;
        }
        if (position - given >= giveBackAt) {
          given = position;
          Atomics.store(this.#consumer, 0, BigInt(position));
        }
      }
    } finally {
      this.#position = position;
      if (position !== given) Atomics.store(this.#consumer, 0, BigInt(position));
    }
    return count;
  }

  /** After this nothing of the ring may be touched. */
  close(): void {
    for (const { address, bytes } of this.#mapped.splice(0)) libc().munmap(address, bytes);
  }
}

function map(fd: number, bytes: number, prot: number, offset: number): bigint {
  const address = libc().mmap(bytes, prot, fd, offset);
  if (address === -1n) {
    throw new SensorError('memory-lock', `cannot map ${bytes} bytes of the ring buffer`, {
      hint: 'lower engine.modern_ebpf.buf_size_preset, or raise the memory limit (ulimit -l)',
    });
  }
  return address;
}
