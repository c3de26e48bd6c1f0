/** The outputs of alerts: the keys of output-keys.ts. */

import type { ConfigProblems } from './config-problems.ts';
import type { ConfigReader } from './config-reader.ts';
import type {
  FileOutputConfig,
  FileRotation,
  GrpcConfig,
  HttpOutputConfig,
  OutputsConfig,
  ProgramOutputConfig,
} from './output-config.ts';

const MIB_BYTES = 1 << 20;
const HOUR_MS = 3_600_000;

export function readOutputs(reader: ConfigReader, problems: ConfigProblems): OutputsConfig {
  const ident = reader.text('syslog_output.ident');
  const capacity = problems.number('outputs_queue.capacity');
  return {
    stdout: reader.boolean('stdout_output.enabled'),
    file: readFile(reader, problems),
    syslog: reader.boolean('syslog_output.enabled') ? { ident } : undefined,
    program: readProgram(reader, problems),
    http: readHttp(reader, problems),
    grpc: readGrpc(reader),
    buffered: reader.boolean('buffered_outputs'),
    queueCapacity: capacity === 0 ? undefined : capacity,
    timeoutMs: problems.number('output_timeout'),
  };
}

function readFile(reader: ConfigReader, problems: ConfigProblems): FileOutputConfig | undefined {
  if (!reader.boolean('file_output.enabled')) return undefined;
  const path = reader.text('file_output.filename');
  if (path === '') problems.at('file_output', 'file_output is enabled without a filename');
  const keepAlive = reader.boolean('file_output.keep_alive');
  return { path, keepAlive, rotation: readRotation(problems) };
}

function readRotation(problems: ConfigProblems): FileRotation | undefined {
  const size = problems.number('file_output.rotate.max_size_mb');
  const hours = problems.number('file_output.rotate.max_age_hours');
  if (size === 0 && hours === 0) return undefined;
  return {
    bytesMax: size === 0 ? undefined : size * MIB_BYTES,
    ageMsMax: hours === 0 ? undefined : hours * HOUR_MS,
    filesMax: problems.number('file_output.rotate.max_files'),
  };
}

function readProgram(
  reader: ConfigReader,
  problems: ConfigProblems,
): ProgramOutputConfig | undefined {
  if (!reader.boolean('program_output.enabled')) return undefined;
  const program = reader.text('program_output.program');
  if (program === '') problems.at('program_output', 'program_output is enabled without a program');
  return { program, keepAlive: reader.boolean('program_output.keep_alive') };
}

function readHttp(reader: ConfigReader, problems: ConfigProblems): HttpOutputConfig | undefined {
  if (!reader.boolean('http_output.enabled')) return undefined;
  const url = addressOf(reader.text('http_output.url'));
  if (url === '') {
    problems.at('http_output', 'http_output is enabled without a url');
  } else if (!/^https?:$/.test(URL.parse(url)?.protocol ?? '')) {
    const hint = 'an address is like https://host:port/path';
    problems.at('http_output.url', 'http_output.url is no address of a web server', hint);
  }
  const client = {
    cert: reader.text('http_output.client_cert'),
    key: reader.text('http_output.client_key'),
  };
  return {
    url,
    userAgent: reader.text('http_output.user_agent'),
    insecure: reader.boolean('http_output.insecure'),
    caCert: reader.text('http_output.ca_cert'),
    caBundle: reader.text('http_output.ca_bundle'),
    caPath: reader.text('http_output.ca_path'),
    client: reader.boolean('http_output.mtls') ? client : undefined,
    echo: reader.boolean('http_output.echo'),
    compressUploads: reader.boolean('http_output.compress_uploads'),
    keepAlive: reader.boolean('http_output.keep_alive'),
    maxConsecutiveTimeouts: problems.number('http_output.max_consecutive_timeouts'),
    batch: {
      alertsMax: problems.number('http_output.batch.max_alerts'),
      waitMs: problems.number('http_output.batch.max_wait_ms'),
    },
  };
}

/** Falco takes quotes off, and libcurl takes an address without a scheme for one of HTTP. */
function addressOf(written: string): string {
  const url = written.replace(/^(["'])(.*)\1$/, '$2');
  return url === '' || url.includes('://') ? url : `http://${url}`;
}

function readGrpc(reader: ConfigReader): GrpcConfig | undefined {
  if (!reader.boolean('grpc.enabled')) return undefined;
  return {
    bindAddress: reader.text('grpc.bind_address'),
    threadiness: reader.number('grpc.threadiness'),
    privateKey: reader.text('grpc.private_key'),
    certChain: reader.text('grpc.cert_chain'),
    rootCerts: reader.text('grpc.root_certs'),
    alerts: reader.boolean('grpc_output.enabled'),
  };
}
