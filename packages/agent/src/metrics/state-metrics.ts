/** Falco's metrics of its state: state_counters_enabled. */

import type { FalcoMetric } from './falco-metric.ts';
import type { StateReadings } from './readings.ts';

export function stateCounters(readings: StateReadings): readonly FalcoMetric[] {
  const { threadLookups, fdLookups } = readings;
  const counted: readonly (readonly [name: string, value: number])[] = [
    ['n_noncached_fd_lookups', fdLookups.noncached],
    ['n_cached_fd_lookups', fdLookups.cached],
    ['n_failed_fd_lookups', fdLookups.failed],
    ['n_added_fds', readings.addedFds],
    ['n_removed_fds', readings.removedFds],
    // Enter events that wait for their exit event: the sensor records calls when they return.
    ['n_stored_evts', 0],
    ['n_store_evts_drops', 0],
    ['n_retrieved_evts', 0],
    ['n_retrieve_evts_drops', 0],
    ['n_noncached_thread_lookups', threadLookups.noncached],
    ['n_cached_thread_lookups', threadLookups.cached],
    ['n_failed_thread_lookups', threadLookups.failed],
    ['n_added_threads', readings.addedThreads],
    ['n_removed_threads', readings.removedThreads],
    ['n_drops_full_threadtable', readings.dropsFullThreadTable],
  ];
  return [
    state('n_threads', 'gauge', readings.threads),
    state('n_fds', 'gauge', readings.fds),
    ...counted.map(([name, value]) => state(name, 'counter', value)),
  ];
}

function state(name: string, kind: FalcoMetric['kind'], value: number): FalcoMetric {
  return { name, unit: 'count', kind, value, subsystem: 'scap', snapshotPrefix: 'falco' };
}
