/** What the programs counted, over all processors. */

/** Classes of records, as `syscall_event_drops` names them; `enum lost_class` of bpf/maps.h. */
export const LOST_CLASSES = [
  'other',
  'clone_fork',
  'execve',
  'connect',
  'open',
  'dir_file',
  'other_interest',
  'close',
  'proc',
] as const;
export type LostClass = (typeof LOST_CLASSES)[number];

export interface SensorCounters {
  /** Records that were written or would have been. */
  readonly records: number;
  /** Lost by class: the ring was full, or the kernel left a program out. */
  readonly lost: Readonly<Record<LostClass, number>>;
  readonly lostTotal: number;
  /** Lost because they did not fit the scratch space. */
  readonly tooLong: number;
}

/** Of one processor: struct counters of bpf/maps.h. */
const WORD_BYTES = 8;
const RECORDS_AT = 0;
const TOO_LONG_AT = 8;
const LOST_AT = 64;
export const ROW_BYTES: number = LOST_AT + 16 * WORD_BYTES;

/**
 * `rows`: of the processors that there are. `missed`: runs of programs that the kernel left out,
 * each of which would have been a record of the class.
 */
export function readCounters(
  rows: DataView,
  missed: Partial<Record<LostClass, number>> = {},
): SensorCounters {
  const lost = Object.fromEntries(LOST_CLASSES.map((name) => [name, missed[name] ?? 0])) as Record<
    LostClass,
    number
  >;
  let records = Object.values(lost).reduce((sum, count) => sum + count, 0);
  let tooLong = 0;
  for (let row = 0; row + ROW_BYTES <= rows.byteLength; row += ROW_BYTES) {
    records += Number(rows.getBigUint64(row + RECORDS_AT, true));
    tooLong += Number(rows.getBigUint64(row + TOO_LONG_AT, true));
    for (const [index, name] of LOST_CLASSES.entries()) {
      lost[name] += Number(rows.getBigUint64(row + LOST_AT + index * WORD_BYTES, true));
    }
  }
  const lostTotal = Object.values(lost).reduce((sum, count) => sum + count, 0);
  return { records, lost, lostTotal, tooLong };
}

/** What one processor recorded and lost. Of programs that were left out nobody knows where. */
export interface CpuCounters {
  readonly records: number;
  readonly lost: number;
}

/** By the number of the processor. */
export function readCpuCounters(rows: DataView): readonly CpuCounters[] {
  const cpus: CpuCounters[] = [];
  for (let row = 0; row + ROW_BYTES <= rows.byteLength; row += ROW_BYTES) {
    const { records, lostTotal, tooLong } = readCounters(
      new DataView(rows.buffer, rows.byteOffset + row, ROW_BYTES),
    );
    cpus.push({ records, lost: lostTotal + tooLong });
  }
  return cpus;
}
