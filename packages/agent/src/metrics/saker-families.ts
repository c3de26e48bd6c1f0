/** Series that Falco does not have: what was lost and where, what waits, how full tables are. */

import { PRIORITIES } from '@saker/core/rules/rule.ts';
import { counter, gauge, type MetricFamily, type MetricSample } from './metric-family.ts';
import type {
  AlertReadings,
  ContainerReadings,
  MetricsReaders,
  OutputReadings,
  SensorReadings,
  SetupReadings,
  SourceReadings,
  TableReadings,
  WebServerReadings,
} from './readings.ts';

export function sakerFamilies(readers: MetricsReaders): readonly MetricFamily[] {
  const containers = readers.containers?.();
  const webServer = readers.webServer?.();
  return [
    info('saker_version_info', 'The version that runs', {
      version: readers.facts.sakerVersion,
    }),
    ...setupFamilies(readers.setup()),
    ...sourceFamilies(readers.sources()),
    ...alertFamilies(readers.alerts()),
    ...(readers.sensor === undefined ? [] : sensorFamilies(readers.sensor())),
    ...(readers.state === undefined ? [] : tableFamilies(readers.state().tables)),
    ...(containers === undefined ? [] : [containerFamily(containers), pendingFamily(containers)]),
    ...(webServer === undefined ? [] : webServerFamilies(webServer)),
    ...(readers.others?.() ?? []),
  ];
}

function info(name: string, help: string, labels: MetricSample['labels'] & object): MetricFamily {
  return { name, help, kind: 'gauge', samples: [{ labels, value: 1 }] };
}

/** One sample for each of the named values. */
function byLabel(label: string, values: Readonly<Record<string, number>>): readonly MetricSample[] {
  return Object.entries(values).map(([name, value]) => ({ labels: { [label]: name }, value }));
}

function setupFamilies({ generation, failedReloads }: SetupReadings): readonly MetricFamily[] {
  return [
    gauge('saker_reload_generation', 'Which set of rules runs: 1 at the start', generation),
    counter(
      'saker_reload_failures_total',
      'Reloads that left the running rules in place because the new ones did not load',
      failedReloads,
    ),
  ];
}

function sourceFamilies(sources: readonly SourceReadings[]): readonly MetricFamily[] {
  const by = (value: (source: SourceReadings) => number) =>
    sources.map((source) => ({ labels: { source: source.name }, value: value(source) }));
  return [
    {
      name: 'saker_events_total',
      help: 'Events that rules were evaluated on',
      kind: 'counter',
      samples: by(({ events }) => events),
    },
    {
      name: 'saker_source_events_lost_total',
      help: 'Events of a source that found no room before they were evaluated',
      kind: 'counter',
      samples: by(({ lostEvents = 0 }) => lostEvents),
    },
  ];
}

function alertFamilies({ outputs, unnamed }: AlertReadings): readonly MetricFamily[] {
  const by = (value: (output: OutputReadings) => number) =>
    outputs.map((output) => ({ labels: { output: output.name }, value: value(output) }));
  const dropped = outputs.flatMap(({ name, dropped: counts }) =>
    PRIORITIES.map((priority, at) => ({
      labels: { output: name, priority: String(at), priority_name: priority },
      value: counts[at] ?? 0,
    })),
  );
  return [
    {
      name: 'saker_output_queued_alerts',
      help: 'Alerts that wait for an output',
      kind: 'gauge',
      samples: by(({ queued }) => queued),
    },
    {
      name: 'saker_output_delivered_alerts_total',
      help: 'Alerts that an output took',
      kind: 'counter',
      samples: by(({ delivered }) => delivered),
    },
    {
      name: 'saker_output_dropped_alerts_total',
      help: 'Alerts that found no room before an output, by their priority',
      kind: 'counter',
      samples: dropped,
    },
    {
      name: 'saker_output_failures_total',
      help: 'Alerts that an output was given and did not get rid of',
      kind: 'counter',
      samples: by(({ failed }) => failed),
    },
    counter(
      'saker_unnamed_alerts_total',
      'Alerts that went out before the name of their container was known',
      unnamed,
    ),
  ];
}

function sensorFamilies(readings: SensorReadings): readonly MetricFamily[] {
  const { lost, tooLong, ringBytes, ringPendingBytesHighest } = readings;
  return [
    {
      name: 'saker_lost_events_total',
      help: 'Events that the kernel lost, by class; too_long: did not fit the scratch memory',
      kind: 'counter',
      samples: byLabel('class', { ...lost, too_long: tooLong }),
    },
    gauge('saker_ring_bytes', 'Size of the ring between kernel and process', ringBytes),
    gauge(
      'saker_ring_pending_bytes_highest',
      'The most that ever waited in the ring',
      ringPendingBytesHighest,
    ),
  ];
}

function tableFamilies(tables: readonly TableReadings[]): readonly MetricFamily[] {
  const by = (value: (table: TableReadings) => number) =>
    tables.map((table) => ({ labels: { table: table.name }, value: value(table) }));
  return [
    {
      name: 'saker_table_entries',
      help: 'Entries of a table of state',
      kind: 'gauge',
      samples: by(({ entries }) => entries),
    },
    {
      name: 'saker_table_entries_max',
      help: 'Entries that a table of state can have',
      kind: 'gauge',
      samples: by(({ entriesMax }) => entriesMax),
    },
    {
      name: 'saker_table_lost_total',
      help: 'Entries that found no room, or made room for others; of texts: times of starting anew',
      kind: 'counter',
      samples: by(({ lost }) => lost),
    },
  ];
}

function containerFamily(containers: ContainerReadings): MetricFamily {
  const { delivered, notFound, errors, dropped, evictions } = containers;
  return {
    name: 'saker_container_lookups_total',
    help: 'What became of questions to container runtimes',
    kind: 'counter',
    samples: byLabel('result', { delivered, not_found: notFound, errors, dropped, evictions }),
  };
}

function pendingFamily({ pending }: ContainerReadings): MetricFamily {
  return gauge('saker_container_lookups_pending', 'Questions that are not answered', pending);
}

function webServerFamilies(readings: WebServerReadings): readonly MetricFamily[] {
  const { requests, restarts, ...refused } = readings;
  const { errors, connectionsRefused, requestsMalformed, bodiesTooLong, busy } = refused;
  return [
    counter('saker_web_server_requests_total', 'Requests that were answered', requests),
    {
      name: 'saker_web_server_refused_total',
      help: 'Requests and connections that were refused',
      kind: 'counter',
      samples: byLabel('reason', {
        errors,
        connections: connectionsRefused,
        malformed: requestsMalformed,
        body_too_long: bodiesTooLong,
        busy,
      }),
    },
    counter(
      'saker_web_server_restarts_total',
      'Times that the thread of the web server ended and was started anew',
      restarts,
    ),
  ];
}
