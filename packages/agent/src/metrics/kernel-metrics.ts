/** Falco's metrics of the sensor: kernel_event_counters, per processor, libbpf_stats. */

import { LOST_CLASSES } from '@saker/sensor/sensor-counters.ts';
import type { FalcoMetric } from './falco-metric.ts';
import type { SensorReadings } from './readings.ts';

/** Classes that Falco tells apart; ours that is none of them is in the sums alone. */
const DROP_CLASSES = LOST_CLASSES.filter((name) => name !== 'other');
/** Of system calls' enter events, which nobody records any more: Falco keeps the series at 0. */
const ENTER_CLASSES = DROP_CLASSES.slice(0, 6);

export function dropsOf({ lost, tooLong }: SensorReadings): number {
  return Object.values(lost).reduce((sum, count) => sum + count, tooLong);
}

function scap(name: string, value: number): FalcoMetric {
  return { name, unit: 'count', kind: 'counter', value, subsystem: 'scap' };
}

export function kernelCounters(readings: SensorReadings): readonly FalcoMetric[] {
  const { events, lost, tooLong } = readings;
  return [
    scap('n_evts', events),
    ...DROP_CLASSES.map((drop): FalcoMetric => {
      const labels = { dir: 'exit', drop };
      const series = { name: 'n_drops_buffer', labels };
      return { ...scap(`n_drops_buffer_${drop}_exit`, lost[drop] ?? 0), series };
    }),
    scap('n_drops_scratch_map', tooLong),
    scap('n_drops', dropsOf(readings)),
  ];
}

/** In the snapshot only: a page has the classes, whose sum it is. */
export function bufferDrops({ lost }: SensorReadings): FalcoMetric {
  const sum = Object.values(lost).reduce((total, count) => total + count, 0);
  return scap('n_drops_buffer_total', sum);
}

/** On the page only: Falco gives these constants to dashboards of before. */
export const enterDrops: readonly FalcoMetric[] = ENTER_CLASSES.map((drop) => ({
  ...scap(`n_drops_buffer_${drop}_enter`, 0),
  series: { name: 'n_drops_buffer', labels: { dir: 'enter', drop } },
}));

export function cpuCounters({ cpus }: SensorReadings): readonly FalcoMetric[] {
  return cpus.flatMap(({ events, drops }, cpu) => {
    const labels = { cpu: String(cpu) };
    return [
      { ...scap(`n_evts_cpu_${cpu}`, events), series: { name: 'n_evts_cpu', labels } },
      { ...scap(`n_drops_cpu_${cpu}`, drops), series: { name: 'n_drops_cpu', labels } },
    ];
  });
}

export function programStats({ programs = [] }: SensorReadings): readonly FalcoMetric[] {
  return programs.flatMap(({ name, runs, timeNs }): readonly FalcoMetric[] => [
    scap(`${name}.run_cnt`, runs),
    { ...scap(`${name}.run_time_ns`, timeNs), unit: 'countedNanoseconds' },
    {
      ...scap(`${name}.avg_time_ns`, runs === 0 ? 0 : Math.floor(timeNs / runs)),
      unit: 'nanoseconds',
      kind: 'gauge',
    },
  ]);
}
