/**
 * How large the ring between the kernel and here is. Falco has one ring for every
 * `cpus_for_each_buffer` processors, each of the size that the preset names; Saker has one in all,
 * which keeps the order of events. It is mapped, so it counts as resident memory.
 */

const MIB_BYTES = 1 << 20;

/** 1 is 1 MiB, each step doubles it, 10 is 512 MiB: multiples of every page size that Linux has. */
export function ringBytes(preset: number): number {
  return MIB_BYTES << (preset - 1);
}

/** What is said of it at the start. */
export function ringText(bytes: number): string {
  return (
    `The chosen syscall buffer dimension is: ${bytes} bytes (${bytes / MIB_BYTES} MBs), ` +
    'one ring buffer for all CPUs'
  );
}
