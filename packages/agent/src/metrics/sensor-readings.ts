/** What the sensor and the kernel tell about the programs and the ring. */

import { readFileSync } from 'node:fs';
import type { Sensor } from '@saker/sensor/sensor.ts';
import type { ProgramReadings, SensorReadings } from './readings.ts';

type ReadSensor = Pick<Sensor, 'counters' | 'cpuCounters' | 'programRuns' | 'ring'>;

/**
 * By the tracepoint of a program, what Falco calls its own one there: the names of series that
 * dashboards have.
 */
const FALCO_PROGRAMS: ReadonlyMap<string, string> = new Map([
  ['sys_exit', 'sys_exit'],
  ['sched_process_exec', 'sched_p_exec'],
  ['sched_process_fork', 'sched_p_fork'],
  ['sched_process_exit', 'sched_proc_exit'],
]);
/**
 * Whether the kernel counts runs of programs. It is never switched on here, as it is not by Falco:
 * it takes CAP_SYS_ADMIN, which we gave up, and each run of every program on the host some tens of
 * nanoseconds.
 */
const STATS_SWITCH = '/proc/sys/kernel/bpf_stats_enabled';

export function readSensor(sensor: ReadSensor, pendingBytesHighest: number): SensorReadings {
  const { records, lost, tooLong } = sensor.counters();
  return {
    events: records,
    lost,
    tooLong,
    cpus: sensor.cpuCounters().map((cpu) => ({ events: cpu.records, drops: cpu.lost })),
    ringBytes: sensor.ring.sizeBytes,
    ringPendingBytesHighest: pendingBytesHighest,
    programs: kernelCountsRuns() ? programsOf(sensor) : undefined,
  };
}

function programsOf(sensor: ReadSensor): readonly ProgramReadings[] {
  return [...sensor.programRuns()].map(([tracepoint, { count, timeNs }]) => ({
    name: FALCO_PROGRAMS.get(tracepoint) ?? tracepoint,
    runs: count,
    timeNs,
  }));
}

/** `switchPath` is for tests. A kernel before 5.1 has no such switch and does not count. */
export function kernelCountsRuns(switchPath: string = STATS_SWITCH): boolean {
  try {
    return readFileSync(switchPath, 'latin1').trim() !== '0';
  } catch {
    return false;
  }
}
