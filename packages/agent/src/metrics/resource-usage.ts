/**
 * What this process and the machine use: resource_utilization_enabled. Files of /proc that cannot
 * be read leave zero, as in Falco (resource_utilization.cpp).
 */

import { readFileSync } from 'node:fs';
import type { Environment } from '../config/environment.ts';
import { type FalcoMetric, oneDecimal } from './falco-metric.ts';

export interface ResourceFiles {
  /** HOST_ROOT: where the host's /proc is seen. */
  readonly hostRoot: string;
  readonly environment: Environment;
  /** Where this process' own files are; '' but in tests. */
  readonly ownRoot?: string;
}

/** Where control groups of version 1 and of version 2 tell a container its memory. */
const CGROUP_MEMORY = '/sys/fs/cgroup/memory/memory.usage_in_bytes';
const CGROUP2_MEMORY = '/sys/fs/cgroup/memory.current';
const CGROUP_MEMORY_VARIABLE = 'FALCO_CGROUP_MEM_PATH';
const MICROSECONDS = 1e6;
const PERCENT = 100;
/** Of the line `cpu` of /proc/stat: user, nice, system, idle, iowait, irq, softirq. */
const CPU_COLUMNS = 7;
const IDLE_COLUMN = 3;

export function resourceMetrics(files: ResourceFiles): readonly FalcoMetric[] {
  const { hostRoot, ownRoot = '' } = files;
  const status = readText(`${ownRoot}/proc/self/status`);
  const rollup = readText(`${ownRoot}/proc/self/smaps_rollup`);
  const stat = readText(`${hostRoot}/proc/stat`);
  const openFds = readText(`${hostRoot}/proc/sys/fs/file-nr`);
  return [
    used('cpu_usage_perc', 'percent', ownCpuPercent()),
    used('memory_rss_kb', 'kibibytes', valueOf('VmRSS', status)),
    used('memory_vsz_kb', 'kibibytes', valueOf('VmSize', status)),
    used('memory_pss_kb', 'kibibytes', valueOf('Pss', rollup)),
    used('container_memory_used_bytes', 'bytes', containerBytes(files)),
    used('host_cpu_usage_perc', 'percent', hostCpuPercent(stat)),
    used('host_memory_used_kb', 'kibibytes', hostKibibytes(hostRoot)),
    used('host_procs_running', 'count', Number(/^procs_running (\d+)/m.exec(stat)?.[1] ?? 0)),
    used('host_open_fds', 'count', Number(/^\d+/.exec(openFds)?.[0] ?? 0)),
  ];
}

function used(name: string, unit: FalcoMetric['unit'], value: number): FalcoMetric {
  return { name, unit, kind: 'gauge', value, subsystem: 'falco' };
}

/** Of one processor, on average since the start. */
function ownCpuPercent(): number {
  const { user, system } = process.cpuUsage();
  return oneDecimal((PERCENT * (user + system)) / MICROSECONDS / process.uptime());
}

/** Of all processors, on average since the machine started. */
function hostCpuPercent(stat: string): number {
  const line = /^cpu +(.*)$/m.exec(stat)?.[1] ?? '';
  const columns = line.split(' ').slice(0, CPU_COLUMNS).map(Number);
  const sum = columns.reduce((total, column) => total + column, 0);
  const idle = columns[IDLE_COLUMN] ?? 0;
  return sum > 0 ? oneDecimal(PERCENT - (PERCENT * idle) / sum) : 0;
}

function hostKibibytes(hostRoot: string): number {
  const text = readText(`${hostRoot}/proc/meminfo`);
  const [total = 0, ...free] = ['MemTotal', 'MemFree', 'Buffers', 'Cached'].map((name) =>
    valueOf(name, text),
  );
  return Math.max(
    0,
    free.reduce((left, part) => left - part, total),
  );
}

/** Of a line `Name:   123 kB`. */
function valueOf(name: string, text: string): number {
  return Number(new RegExp(`^${name}:\\s*(\\d+)`, 'm').exec(text)?.[1] ?? 0);
}

/** Bytes that the container we run in uses; of the version that the machine has. */
function containerBytes({ environment, ownRoot = '' }: ResourceFiles): number {
  const wanted = environment[CGROUP_MEMORY_VARIABLE] ?? '';
  // A path that climbs is not taken, as in Falco.
  const isWanted = wanted !== '' && !wanted.includes('..');
  const paths = isWanted ? [wanted] : [CGROUP_MEMORY, CGROUP2_MEMORY];
  for (const path of paths) {
    const bytes = Number(/^\d+/.exec(readText(`${ownRoot}${path}`))?.[0] ?? 0);
    if (bytes > 0) return bytes;
  }
  return 0;
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}
