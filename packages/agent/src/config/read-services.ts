/** Messages of the program itself, web server and metrics: the keys of service-keys.ts. */

import { isIP } from 'node:net';
import type { ConfigProblems } from './config-problems.ts';
import type { ConfigReader } from './config-reader.ts';
import { parseDuration } from './duration.ts';
import { LOG_LEVELS } from './log-level.ts';
import {
  LIBS_LOG_SEVERITIES,
  type LogConfig,
  type MetricsConfig,
  type WebServerConfig,
} from './service-config.ts';

/** Falco's. */
const INTERVAL_MS_MIN = 100;

export function readLog(reader: ConfigReader, problems: ConfigProblems): LogConfig {
  return {
    level: problems.choice('log_level', LOG_LEVELS),
    stderr: reader.boolean('log_stderr'),
    syslog: reader.boolean('log_syslog'),
    libs: {
      enabled: reader.boolean('libs_logger.enabled'),
      severity: problems.choice('libs_logger.severity', LIBS_LOG_SEVERITIES),
    },
  };
}

const LOOPBACK = '127.0.0.1';

export function readWebServer(reader: ConfigReader, problems: ConfigProblems): WebServerConfig {
  const path = 'webserver.listen_address';
  // Falco's server is reached from outside; one that nobody configured is not.
  const isConfigured = reader.node('webserver') !== undefined;
  const address = isConfigured ? reader.text(path).trim() : LOOPBACK;
  if (isIP(address) === 0) {
    problems.at(path, `${path}: expected an IP address, found ${JSON.stringify(address)}`);
  }
  const audit = reader.node('webserver.k8s_audit_endpoint');
  return {
    enabled: reader.boolean('webserver.enabled'),
    threadiness: reader.number('webserver.threadiness'),
    port: problems.number('webserver.listen_port'),
    address,
    healthzPath: urlPath('webserver.k8s_healthz_endpoint', reader, problems),
    k8sAuditPath: audit?.kind === 'scalar' ? audit.text : undefined,
    servesMetrics: reader.boolean('webserver.prometheus_metrics_enabled'),
    certificate: reader.boolean('webserver.ssl_enabled')
      ? reader.text('webserver.ssl_certificate')
      : undefined,
  };
}

function urlPath(path: string, reader: ConfigReader, problems: ConfigProblems): string {
  const value = reader.text(path);
  if (!value.startsWith('/')) {
    problems.at(path, `${path}: a path begins with "/", found ${JSON.stringify(value)}`);
  }
  return value;
}

export function readMetrics(reader: ConfigReader, problems: ConfigProblems): MetricsConfig {
  const file = reader.text('metrics.output_file');
  const enabled = reader.boolean('metrics.enabled');
  return {
    enabled,
    intervalMs: interval(reader, problems, enabled),
    asAlert: reader.boolean('metrics.output_rule'),
    file: file === '' ? undefined : file,
    rulesCounters: reader.boolean('metrics.rules_counters_enabled'),
    resourceUtilization: reader.boolean('metrics.resource_utilization_enabled'),
    stateCounters: reader.boolean('metrics.state_counters_enabled'),
    kernelEventCounters: reader.boolean('metrics.kernel_event_counters_enabled'),
    kernelEventCountersPerCpu: reader.boolean('metrics.kernel_event_counters_per_cpu_enabled'),
    libbpfStats: reader.boolean('metrics.libbpf_stats_enabled'),
    pluginsMetrics: reader.boolean('metrics.plugins_metrics_enabled'),
    kernelIterEventCounters: reader.boolean('metrics.kernel_iter_event_counters_enabled'),
    jemallocStats: reader.boolean('metrics.jemalloc_stats_enabled'),
    convertMemoryToMb: reader.boolean('metrics.convert_memory_to_mb'),
    includeEmptyValues: reader.boolean('metrics.include_empty_values'),
  };
}

/** Wrong only where it is used, as for Falco. */
function interval(reader: ConfigReader, problems: ConfigProblems, enabled: boolean): number {
  const path = 'metrics.interval';
  const written = reader.text(path);
  const found = parseDuration(written);
  if (found !== undefined && found >= INTERVAL_MS_MIN) return found;
  const expected = `a duration of at least ${INTERVAL_MS_MIN}ms, such as 1h or 15m30s`;
  const message = `${path}: expected ${expected}, found ${JSON.stringify(written)}`;
  if (enabled) problems.at(path, message);
  else problems.warn(path, message);
  return parseDuration('1h') ?? INTERVAL_MS_MIN;
}
