/** Keys about the program's own messages, its web server and its numbers, of config-keys.ts. */

import { bool, choice, integer, type KeySpec, old, section, text } from './key-spec.ts';
import { LOG_LEVELS } from './log-level.ts';
import { LIBS_LOG_SEVERITIES } from './service-config.ts';

export const logKeys: Readonly<Record<string, KeySpec>> = {
  log_stderr: bool('Messages of the program itself to the standard error', true),
  log_syslog: bool('Messages of the program itself to syslog', true),
  log_level: choice('Least important message that is written', LOG_LEVELS, 'info'),
  libs_logger: section('Messages about sensor, state and containers', {
    enabled: bool('On', true),
    severity: choice('Least important one that is written', LIBS_LOG_SEVERITIES, 'info'),
  }),
};

export const serviceKeys: Readonly<Record<string, KeySpec>> = {
  webserver: section('Health and metrics over HTTP', {
    enabled: bool('On', true),
    threadiness: integer('Accepted: one thread serves all', 0, { minimum: 0 }),
    listen_port: integer('Port', 8765, { minimum: 0, maximum: 65_535 }),
    // Not that of the shipped file, 0.0.0.0: nothing is open to others unless somebody says so.
    listen_address: text(
      'IP address; 127.0.0.1 when nothing of webserver is configured',
      '0.0.0.0',
    ),
    k8s_healthz_endpoint: text('Path of the health check', '/healthz'),
    k8s_audit_endpoint: old(text('Path that events of the Kubernetes audit log are posted to'), {
      before: '0.32',
      modernForm: 'load_plugins: [k8saudit, json]',
    }),
    prometheus_metrics_enabled: bool('Serves /metrics', false),
    ssl_enabled: bool('TLS', false),
    ssl_certificate: text('Certificate and key', '/etc/falco/falco.pem'),
  }),
  metrics: section('Numbers about the program itself', {
    enabled: bool('On', false),
    interval: text('Time between two samples, such as 1h or 500ms', '1h'),
    output_rule: bool('As an alert', true),
    output_file: text('As lines of a file', ''),
    rules_counters_enabled: bool('Matches per rule', true),
    resource_utilization_enabled: bool('CPU time and memory', true),
    state_counters_enabled: bool('Sizes of the state tables', true),
    kernel_event_counters_enabled: bool('Events and losses', true),
    kernel_event_counters_per_cpu_enabled: bool('Events and losses per CPU', false),
    libbpf_stats_enabled: bool('Run time of the BPF programs', true),
    plugins_metrics_enabled: bool('Numbers from plugins', true),
    kernel_iter_event_counters_enabled: bool('Events from iterators', true),
    jemalloc_stats_enabled: bool("Numbers from Falco's allocator, which Saker has not", false),
    convert_memory_to_mb: bool('Memory in MB', true),
    include_empty_values: bool('Also what is zero', false),
  }),
  metadata_download: old(
    section('How metadata was fetched from the Kubernetes API', {
      max_mb: integer('Largest answer in MiB'),
      chunk_wait_us: integer('Time between two pieces of it'),
      watch_freq_sec: integer('Time between two looks'),
    }),
    { before: '0.37', whyNothing: 'metadata of pods comes from the container runtime' },
  ),
};
