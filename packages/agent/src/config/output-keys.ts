/** The keys about alerts, their text and where they go. Part of config-keys.ts. */

import {
  bool,
  integer,
  type KeySpec,
  list,
  old,
  own,
  type SectionSpec,
  secret,
  section,
  text,
} from './key-spec.ts';

export const alertKeys: Readonly<Record<string, KeySpec>> = {
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

const rotation: SectionSpec = own(
  section('When a new file is begun; the first limit that is reached counts', {
    max_size_mb: integer('Size in MiB, 0: no limit', 0, { minimum: 0, maximum: 1_048_576 }),
    max_age_hours: integer('Age in hours, 0: no limit', 0, { minimum: 0, maximum: 87_600 }),
    max_files: integer('Old files that are kept', 5, { minimum: 1, maximum: 1000 }),
  }),
);

const fileOutput = section('Alerts to a file', {
  enabled: bool('On', false),
  keep_alive: bool('The file stays open between alerts', false),
  filename: text('Path of the file, which grows', './events.txt'),
  rotate: rotation,
});

const httpOutput = section('Alerts to a web server', {
  enabled: bool('On', false),
  url: secret(text('Address that each alert is posted to', '')),
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
  batch: own(
    section('Several alerts in one request, one per line', {
      max_alerts: integer('Alerts per request, 1: each has its own', 1, {
        minimum: 1,
        maximum: 10_000,
      }),
      max_wait_ms: integer('How long an alert may wait for others', 1000, {
        minimum: 0,
        maximum: 60_000,
      }),
    }),
  ),
});

const grpc = section('Alerts and version over gRPC, as Falco served them up to 0.43', {
  enabled: bool('On', false),
  bind_address: text(
    'Socket file as unix:///path, or address:port with mutual TLS',
    'unix:///run/falco/falco.sock',
  ),
  threadiness: integer('Accepted: one thread serves all', 0, { minimum: 0 }),
  private_key: text('Key of the server', '/etc/falco/certs/server.key'),
  cert_chain: text('Its certificates', '/etc/falco/certs/server.crt'),
  root_certs: text('Certificate of the authority of clients', '/etc/falco/certs/ca.crt'),
});

export const outputKeys: Readonly<Record<string, KeySpec>> = {
  buffered_outputs: bool('Lines may wait in a buffer before they are written', false),
  outputs_queue: section('Alerts that wait for an output', {
    capacity: integer('How many at most, 0: the usual bound', 0, { minimum: 0 }),
    recovery: old(text('What to do when it is full'), {
      before: '0.37',
      whyNothing: 'what is least important is dropped and counted',
    }),
  }),
  output_timeout: integer('Milliseconds after which a slow output is reported', 2000, {
    minimum: 0,
  }),
  outputs: old(
    section('A limit to the rate of alerts', {
      rate: { type: 'any', meaning: 'Alerts per second' },
      max_burst: { type: 'any', meaning: 'Alerts in a row' },
    }),
    { before: '0.37', whyNothing: 'a limit to the rate of alerts loses alerts' },
  ),
  stdout_output: section('Alerts to the standard output', { enabled: bool('On', true) }),
  file_output: fileOutput,
  syslog_output: section('Alerts to syslog', {
    enabled: bool('On', true),
    ident: own(text('The name that its lines begin with, which filters look for', 'falco')),
  }),
  program_output: section('Alerts to a program', {
    enabled: bool('On', false),
    keep_alive: bool('The program keeps running between alerts', false),
    program: secret(text('Shell command that is given the lines on its standard input', '')),
  }),
  http_output: httpOutput,
  grpc,
  grpc_output: section('Alerts through that server', { enabled: bool('On', false) }),
};
