/**
 * Every key of falco.yaml (0.44). The fallback is the value in the shipped falco.yaml, also where
 * Falco's code has another one: the file is what users see. Keys marked `later` are accepted, so
 * that a configuration works unchanged, and named once as not acted on yet.
 */

import { PRIORITIES } from '@saker/core/rules/rule.ts';
import {
  bool,
  choice,
  integer,
  type KeySpec,
  later,
  list,
  type SectionSpec,
  section,
  text,
} from './key-spec.ts';
import { engine, live, stateKeys } from './live-keys.ts';
import { LOG_LEVELS } from './log-level.ts';
import { MERGE_STRATEGIES } from './merge-config.ts';

export const RULE_MATCHINGS = ['first', 'all'] as const;

const rulesAndPlugins: Readonly<Record<string, KeySpec>> = {
  rules_files: list('Rule files and folders of rule files, in the order of loading', text('Path'), [
    '/etc/falco/falco_rules.yaml',
    '/etc/falco/falco_rules.local.yaml',
    '/etc/falco/rules.d',
  ]),
  rules_file: list('Old name of rules_files', text('Path')),
  rule_files: later(list('Accepted and never read: rules_files is meant', text('Path'))),
  rules: list(
    'Rules switched off and on, in this order, after loading',
    section('One selection', { disable: selection('off'), enable: selection('on') }),
  ),
  priority: choice(
    'Rules below this priority are not loaded',
    [...PRIORITIES.map((name) => name.toLowerCase()), 'info'],
    'debug',
    true,
  ),
  rule_matching: choice(
    'Alerts per event: of the first rule or of all',
    RULE_MATCHINGS,
    'first',
    true,
  ),
  load_plugins: list('Names out of plugins, in the order of loading', text('Name'), []),
  plugins: list(
    'Plugins that can be loaded',
    section(
      'One plugin',
      {
        name: text('Name by which load_plugins chooses it'),
        library_path: text('Its library, relative to the folder of plugins'),
        init_config: { type: 'any', meaning: 'What it is given at its start' },
        open_params: text('What it is given when its source is opened'),
      },
      ['name', 'library_path'],
    ),
    [
      {
        name: 'container',
        library_path: 'libcontainer.so',
        init_config: { label_max_len: 100, with_size: false },
      },
    ],
  ),
  plugins_hostinfo: later(bool('Plugins see interfaces and users of the host', true)),
};

function selection(state: string): SectionSpec {
  return section(`Switches ${state}`, {
    rule: text('Name of a rule; * stands for any text'),
    tag: text('Tag that the rules have'),
  });
}

const alerts: Readonly<Record<string, KeySpec>> = {
  json_output: bool('Alerts are JSON documents, one per line', false),
  json_include_output_property: bool('The document has the key output', true),
  json_include_message_property: bool('The document has the key message', false),
  json_include_output_fields_property: bool('The document has the key output_fields', true),
  json_include_tags_property: bool('The document has the key tags', true),
  time_format_iso_8601: bool('Times in UTC as ISO 8601 instead of the local time of day', false),
  buffer_format_base64: bool('Byte buffers as base64 instead of text with dots', false),
  append_output: list(
    'What is added to the output of rules',
    section('One addition', {
      match: section('Which rules; all that is given must hold', {
        source: text('Event source'),
        tags: list('Tags that the rule has', text('Tag')),
        rule: text('Name of the rule'),
      }),
      extra_output: text('Added to the output text'),
      extra_fields: list('Added to output_fields only', {
        type: 'either',
        meaning: 'A field, or a name with its template',
        of: [text('Field'), { type: 'text-map', meaning: 'Name and template' }],
      }),
      suggested_output: bool('Adds the fields that plugins suggest'),
    }),
    [{ suggested_output: true }],
  ),
  static_fields: { type: 'text-map', meaning: 'Texts that rules can use as static.NAME' },
};

const outputs: Readonly<Record<string, KeySpec>> = {
  buffered_outputs: bool('Lines may wait in a buffer before they are written', false),
  outputs_queue: later(
    section('Alerts that wait for the outputs', {
      capacity: integer('How many at most, 0: no limit', 0, { minimum: 0 }),
    }),
  ),
  output_timeout: later(integer('Milliseconds after which a slow output is reported', 2000)),
  stdout_output: section('Alerts to the standard output', { enabled: bool('On', true) }),
  file_output: section('Alerts to a file', {
    enabled: bool('On', false),
    keep_alive: bool('The file stays open between alerts', false),
    filename: text('Path of the file, which grows', './events.txt'),
  }),
  syslog_output: later(section('Alerts to syslog', { enabled: bool('On', true) })),
  program_output: later(
    section('Alerts to a program', {
      enabled: bool('On', false),
      keep_alive: bool('The program keeps running between alerts', false),
      program: text('Shell command that is given the lines on its standard input', ''),
    }),
  ),
  http_output: later(
    section('Alerts to a web server', {
      enabled: bool('On', false),
      url: text('Address that each alert is posted to', ''),
      user_agent: text('User-Agent header', 'falcosecurity/falco'),
      insecure: bool('Does not verify the certificate of the server', false),
      ca_cert: text('Certificate of the authority', ''),
      ca_bundle: text('Bundle of certificates of authorities', ''),
      ca_path: text('Folder of certificates of authorities', '/etc/ssl/certs'),
      mtls: bool('Shows a certificate of its own', false),
      client_cert: text('That certificate', '/etc/ssl/certs/client.crt'),
      client_key: text('The key to it', '/etc/ssl/certs/client.key'),
      echo: bool('Prints what the server answers', false),
      compress_uploads: bool('Sends gzip', false),
      keep_alive: bool('Keeps the connection', false),
      max_consecutive_timeouts: integer('Time-outs in a row after which it gives up', 5, {
        minimum: 1,
        maximum: 255,
      }),
    }),
  ),
};

const operation: Readonly<Record<string, KeySpec>> = {
  config_files: list('Further configuration files and folders, read after this one', {
    type: 'either',
    meaning: 'A path, or a path with the way of merging',
    of: [
      text('Path'),
      section(
        'Path and strategy',
        {
          path: text('Path'),
          strategy: choice('How it joins what was read before', MERGE_STRATEGIES),
        },
        ['path'],
      ),
    ],
  }),
  watch_config_files: later(bool('Starts again when configuration or rules change', true)),
  log_stderr: bool('Messages of the program itself to the standard error', true),
  log_syslog: later(bool('Messages of the program itself to syslog', true)),
  log_level: choice('Least important message that is written', LOG_LEVELS, 'info'),
  libs_logger: later(
    section('Messages of the libraries', {
      enabled: bool('On', true),
      severity: choice(
        'Least important one that is written',
        ['fatal', 'critical', 'error', 'warning', 'notice', 'info', 'debug', 'trace'],
        'info',
      ),
    }),
  ),
  falco_libs: stateKeys,
};

const monitoring: Readonly<Record<string, KeySpec>> = {
  webserver: later(
    section('Health and metrics over HTTP', {
      enabled: bool('On', true),
      threadiness: integer('Threads, 0: one per CPU', 0, { minimum: 0 }),
      listen_port: integer('Port', 8765, { minimum: 0, maximum: 65_535 }),
      listen_address: text('Address', '0.0.0.0'),
      k8s_healthz_endpoint: text('Path of the health check', '/healthz'),
      prometheus_metrics_enabled: bool('Serves /metrics', false),
      ssl_enabled: bool('TLS', false),
      ssl_certificate: text('Certificate and key', '/etc/falco/falco.pem'),
    }),
  ),
  metrics: later(
    section('Numbers about the program itself', {
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
      jemalloc_stats_enabled: bool('Numbers from the allocator', false),
      convert_memory_to_mb: bool('Memory in MB', true),
      include_empty_values: bool('Also what is zero', false),
    }),
  ),
};

export const configKeys: SectionSpec = section('Configuration', {
  engine,
  ...rulesAndPlugins,
  ...alerts,
  ...outputs,
  ...operation,
  ...live,
  ...monitoring,
});
