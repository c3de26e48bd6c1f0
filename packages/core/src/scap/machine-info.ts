/** The machine info block: one struct of libscap, written as it is. */

import type { MachineInfo } from '../events/snapshot.ts';
import type { ByteBuilder } from './byte-builder.ts';
import type { ByteCursor } from './byte-cursor.ts';

const HOSTNAME_BYTES = 128;
/** Flags and two reserved words, unused so far. */
const RESERVED_BYTES = 24;

export function decodeMachineInfo(cursor: ByteCursor): MachineInfo {
  const cpuCount = cursor.u32();
  const memoryBytes = cursor.u64();
  const pidMax = cursor.u64();
  const hostname = cursor.fixedString(HOSTNAME_BYTES);
  const bootTime = cursor.u64();
  cursor.raw(RESERVED_BYTES);
  return { cpuCount, memoryBytes, pidMax, hostname, bootTime };
}

export function encodeMachineInfo(into: ByteBuilder, machine: MachineInfo): void {
  into.u32(machine.cpuCount);
  into.u64(machine.memoryBytes);
  into.u64(machine.pidMax);
  into.raw(machine.hostname.slice(0, HOSTNAME_BYTES - 1), HOSTNAME_BYTES);
  into.u64(machine.bootTime);
  into.zeros(RESERVED_BYTES);
}
