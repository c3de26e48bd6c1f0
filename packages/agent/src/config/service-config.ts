/** What the configuration says about the web server, metrics and plugins. */

import type { LogLevel } from './log-level.ts';

export interface WebServerConfig {
  readonly enabled: boolean;
  /** Accepted; one thread serves all. 0: as many as there are processors. */
  readonly threadiness: number;
  readonly port: number;
  /** An IP address. */
  readonly address: string;
  readonly healthzPath: string;
  /** Of Falco up to 0.31: where events of Kubernetes' audit log are posted. undefined: nowhere. */
  readonly k8sAuditPath: string | undefined;
  readonly servesMetrics: boolean;
  /** Path of a PEM file with certificate and key; undefined: no TLS. */
  readonly certificate: string | undefined;
}

export interface MetricsConfig {
  readonly enabled: boolean;
  readonly intervalMs: number;
  /** Samples are alerts. */
  readonly asAlert: boolean;
  /** Samples are lines of this file; undefined: of none. */
  readonly file: string | undefined;
  readonly rulesCounters: boolean;
  readonly resourceUtilization: boolean;
  readonly stateCounters: boolean;
  readonly kernelEventCounters: boolean;
  readonly kernelEventCountersPerCpu: boolean;
  readonly libbpfStats: boolean;
  readonly pluginsMetrics: boolean;
  readonly kernelIterEventCounters: boolean;
  /** Falco's allocator, which is not ours: accepted. */
  readonly jemallocStats: boolean;
  readonly convertMemoryToMb: boolean;
  readonly includeEmptyValues: boolean;
}

/**
 * `openParams` of the plugin k8saudit where all its events are posted to the web server: our own,
 * for configurations that have nothing but the endpoint of older Falcos.
 */
export const AUDIT_FROM_WEB_SERVER = 'webserver:';

/** One entry of `plugins` that `load_plugins` names. */
export interface PluginConfig {
  readonly name: string;
  readonly libraryPath: string;
  /** A map as JSON has it (numbers and switches typed), or a text as written; undefined: none. */
  readonly initConfig: unknown;
  readonly openParams: string;
}

export const LIBS_LOG_SEVERITIES = [
  'fatal',
  'critical',
  'error',
  'warning',
  'notice',
  'info',
  'debug',
  'trace',
] as const;

export interface LogConfig {
  readonly level: LogLevel;
  readonly stderr: boolean;
  readonly syslog: boolean;
  /** Messages of what Falco has as libraries: sensor, state, container runtimes. */
  readonly libs: { readonly enabled: boolean; readonly severity: LibsLogSeverity };
}

export type LibsLogSeverity = (typeof LIBS_LOG_SEVERITIES)[number];

/** Falco's libraries have two names that syslog has not. */
export function libsLogLevel(severity: LibsLogSeverity): LogLevel {
  if (severity === 'fatal') return 'emergency';
  return severity === 'trace' ? 'debug' : severity;
}
