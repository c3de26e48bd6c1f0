/** Keys about where alerts go. */

import { closeSync, openSync } from 'node:fs';
import type { TestContext } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { AlertQueue } from '../outputs/alert-queue.ts';
import { FileOutput } from '../outputs/file-output.ts';
import { FileAge } from '../outputs/file-rotation.ts';
import { outgoing, SeenOutcome } from '../outputs/outgoing.cases.ts';
import { HttpSink, type KeyLab } from './key-lab.cases.ts';
import {
  configured,
  type IdleKey,
  type KeyRow,
  type Look,
  linesOf,
  replayed,
  row,
} from './key-row.cases.ts';

const TO_FILE = ['file_output.enabled=true', 'file_output.filename=FOLDER/alerts.txt'];

/** Lines of a file that a replay writes. */
function written(name: string, ...others: readonly string[]): Look {
  return async (lab, options) => {
    const path = lab.path(name);
    await lab.replay([...others, ...options]);
    return lab.names().includes(name) ? lab.read(path).split('\n').length - 1 : 0;
  };
}

function fileOutput(lab: KeyLab, options: readonly string[]): FileOutput {
  const { file } = lab.config([...TO_FILE, ...options]).outputs;
  if (file === undefined) throw new Error('file_output is off');
  return new FileOutput(file, new SeenOutcome());
}

/** How many files there are after so many lines of 400 KB. */
function rotated(lines: number, ...others: readonly string[]): Look {
  return async (lab, options) => {
    const isOne = (name: string) => name.startsWith('alerts.txt');
    for (const name of lab.names().filter(isOne)) lab.path(name);
    const output = fileOutput(lab, [...others, ...options]);
    for (let line = 0; line < lines; line++) {
      output.write(outgoing('x'.repeat(400_000)));
      output.flush();
    }
    await output.close();
    return lab.names().filter(isOne).length;
  };
}

/** Lines that wait for an output which takes none. */
const waiting: Look = (lab, options) => {
  const { queueCapacity = 100 } = lab.config(options).outputs;
  const queue = new AlertQueue({ alertsMax: queueCapacity, charsMax: Infinity });
  for (let line = 0; line < 20; line++) queue.add(outgoing('x'));
  return queue.size;
};

/** What a web server saw of a replay. */
function posted(context: TestContext, see: (sink: HttpSink) => unknown): Look {
  return async (lab, options) => {
    const sink = await HttpSink.open(context);
    const url = [`http_output.url=${sink.url}`, 'http_output.enabled=true'];
    await lab.replay([...url, ...options.map((option) => option.replace('URL', sink.url))]);
    return see(sink);
  };
}

export const outputRows: readonly KeyRow[] = [
  row(
    'stdout_output.enabled',
    replayed((outcome) => linesOf(outcome).length, ...TO_FILE),
    ['true', 5],
    ['false', 0],
  ),
  row('file_output.enabled', written('alerts.txt', ...TO_FILE), ['true', 5], ['false', 0]),
  row(
    'file_output.filename',
    written('other.txt', ...TO_FILE),
    ['FOLDER/other.txt', 5],
    ['FOLDER/alerts.txt', 0],
  ),
  row(
    'file_output.keep_alive',
    async (lab, options) => {
      const output = fileOutput(lab, options);
      output.write(outgoing('first'));
      output.flush();
      lab.path('alerts.txt');
      output.write(outgoing('second'));
      await output.close();
      // Written to the file that was there, which has no name any more.
      return !lab.names().includes('alerts.txt');
    },
    ['true', true],
    ['false', false],
  ),
  row('file_output.rotate.max_size_mb', rotated(4), ['0', 1], ['1', 2]),
  row(
    'file_output.rotate.max_files',
    rotated(20, 'file_output.rotate.max_size_mb=1'),
    ['5', 6],
    ['2', 3],
  ),
  configured(
    'file_output.rotate.max_age_hours',
    ({ outputs }) => {
      const rotation = outputs.file?.rotation;
      const fd = openSync(import.meta.filename, 'r');
      const age = new FileAge(fd);
      closeSync(fd);
      return rotation !== undefined && age.isOver(rotation, 5, age.bornMs + 3_600_001);
    },
    [
      ['1', true],
      ['2', false],
    ],
    ...TO_FILE,
  ),
  row(
    'program_output.enabled',
    written('fed.txt', 'program_output.program=cat >> FOLDER/fed.txt'),
    ['true', 5],
    ['false', 0],
  ),
  row(
    'program_output.program',
    written('fed.txt', 'program_output.enabled=true'),
    ['cat >> FOLDER/fed.txt', 5],
    ['head -n 1 >> FOLDER/fed.txt; true', 5],
    ['true', 0],
  ),
  row(
    'program_output.keep_alive',
    written(
      'starts.txt',
      'program_output.enabled=true',
      'program_output.program=echo x >> FOLDER/starts.txt; cat',
    ),
    ['true', 1],
    ['false', 5],
  ),
  configured('syslog_output.enabled', ({ outputs }) => outputs.syslog !== undefined, [
    ['true', true],
    ['false', false],
  ]),
  configured('syslog_output.ident', ({ outputs }) => outputs.syslog?.ident, [
    ['falco', 'falco'],
    ['saker', 'saker'],
  ]),
  configured('buffered_outputs', ({ outputs }) => outputs.buffered, [
    ['true', true],
    ['false', false],
  ]),
  row('outputs_queue.capacity', waiting, ['0', 20], ['10', 10]),
  configured('output_timeout', ({ outputs }) => outputs.timeoutMs, [
    ['2000', 2000],
    ['100', 100],
  ]),
];

export function httpRows(context: TestContext): readonly KeyRow[] {
  const count = posted(context, ({ requests }) => requests.length);
  return [
    row('http_output.enabled', count, ['true', 5], ['false', 0]),
    row('http_output.url', count, ['URL', 5], ['http://127.0.0.1:1/', 0]),
    row(
      'http_output.user_agent',
      posted(context, ({ requests }) => requests[0]?.headers['user-agent']),
      ['falcosecurity/falco', 'falcosecurity/falco'],
      ['me', 'me'],
    ),
    row(
      'http_output.compress_uploads',
      posted(context, ({ requests }) => {
        const [request] = requests;
        const isPacked = request?.headers['content-encoding'] === 'gzip';
        const text = isPacked ? gunzipSync(request.body) : request?.body;
        return [isPacked, text?.includes('opened=/etc/passwd')];
      }),
      ['true', [true, true]],
      ['false', [false, true]],
    ),
    row(
      'http_output.batch.max_alerts',
      posted(context, ({ requests }) => requests.length < 5),
      ['1', false],
      ['100', true],
    ),
    ...tlsRows,
  ];
}

const ON = ['http_output.enabled=true', 'http_output.url=https://x'];
const switches = (key: string, read: Parameters<typeof configured>[1]) =>
  configured(
    key,
    read,
    [
      ['true', true],
      ['false', false],
    ],
    ...ON,
  );
const paths = (key: string, read: Parameters<typeof configured>[1], ...others: string[]) =>
  configured(
    key,
    read,
    [
      ['/a', '/a'],
      ['/b', '/b'],
    ],
    ...ON,
    ...others,
  );

const tlsRows: readonly KeyRow[] = [
  switches('http_output.insecure', ({ outputs }) => outputs.http?.insecure),
  switches('http_output.echo', ({ outputs }) => outputs.http?.echo),
  switches('http_output.keep_alive', ({ outputs }) => outputs.http?.keepAlive),
  switches('http_output.mtls', ({ outputs }) => outputs.http?.client !== undefined),
  paths('http_output.ca_cert', ({ outputs }) => outputs.http?.caCert),
  paths('http_output.ca_bundle', ({ outputs }) => outputs.http?.caBundle),
  paths('http_output.ca_path', ({ outputs }) => outputs.http?.caPath),
  paths(
    'http_output.client_cert',
    ({ outputs }) => outputs.http?.client?.cert,
    'http_output.mtls=true',
  ),
  paths(
    'http_output.client_key',
    ({ outputs }) => outputs.http?.client?.key,
    'http_output.mtls=true',
  ),
  configured(
    'http_output.max_consecutive_timeouts',
    ({ outputs }) => outputs.http?.maxConsecutiveTimeouts,
    [
      ['5', 5],
      ['1', 1],
    ],
    ...ON,
  ),
  configured(
    'http_output.batch.max_wait_ms',
    ({ outputs }) => outputs.http?.batch.waitMs,
    [
      ['1000', 1000],
      ['5', 5],
    ],
    ...ON,
  ),
];

const GRPC = 'grpc.enabled=true';

export const grpcRows: readonly KeyRow[] = [
  configured('grpc.enabled', ({ outputs }) => outputs.grpc !== undefined, [
    ['true', true],
    ['false', false],
  ]),
  configured(
    'grpc_output.enabled',
    ({ outputs }) => outputs.grpc?.alerts,
    [
      ['true', true],
      ['false', false],
    ],
    GRPC,
  ),
  ...(
    [
      ['bind_address', 'bindAddress'],
      ['private_key', 'privateKey'],
      ['cert_chain', 'certChain'],
      ['root_certs', 'rootCerts'],
    ] as const
  ).map(([key, name]) =>
    configured(
      `grpc.${key}`,
      ({ outputs }) => outputs.grpc?.[name],
      [
        ['/a', '/a'],
        ['/b', '/b'],
      ],
      GRPC,
    ),
  ),
];

const THREADS = 'one thread serves all requests; Node shares its work out itself';

export const outputIdleKeys: readonly IdleKey[] = [
  { key: 'grpc.threadiness', reason: THREADS },
  { key: 'outputs_queue.recovery', reason: 'what is least important is dropped and counted' },
  { key: 'outputs.rate', reason: 'a limit to the rate of alerts loses alerts' },
  { key: 'outputs.max_burst', reason: 'a limit to the rate of alerts loses alerts' },
];
