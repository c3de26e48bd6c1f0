import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { OutputsConfig } from '../../config/output-config.ts';
import { makeCertificate } from '../../http/certificates.cases.ts';
import { outgoing, until } from '../outgoing.cases.ts';
import type { OutputCounters } from '../output-counters.ts';
import { OutputThreads } from './output-threads.ts';

interface Opened {
  readonly threads: OutputThreads;
  readonly path: string;
  readonly logs: string[];
  readonly write: (...lines: readonly string[]) => void;
  readonly counters: () => OutputCounters;
}

const NOTHING: OutputsConfig = {
  stdout: false,
  file: undefined,
  syslog: undefined,
  program: undefined,
  http: undefined,
  grpc: undefined,
  buffered: false,
  queueCapacity: undefined,
  timeoutMs: 2000,
};
const VERSIONS = { version: '0.44.1', engineVersion: '0.63.0', fieldsChecksum: '' };

function folderOf(context: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'saker-outputs-'));
  context.after(() => rmSync(folder, { recursive: true }));
  return folder;
}

/** With an output to the file `path`. */
function open(path: string, more: Partial<OutputsConfig> = {}): Opened {
  const logs: string[] = [];
  const threads = new OutputThreads({
    outputs: { ...NOTHING, file: { path, keepAlive: true, rotation: undefined }, ...more },
    json: false,
    versions: VERSIONS,
    log: (level, message) => logs.push(`${level}: ${message}`),
  });
  const write = (...lines: readonly string[]): void => {
    for (const line of lines) threads.write(outgoing(line));
    threads.flush();
  };
  return { threads, path, logs, write, counters: () => threads.counters[0]! };
}

test('writes all lines before it is closed', async (context) => {
  const { threads, path, write, counters } = open(join(folderOf(context), 'alerts'));
  write('one', 'two');
  threads.write(outgoing('three'));
  assert.equal(await threads.closed(), true);
  assert.equal(readFileSync(path, 'utf8'), 'one\ntwo\nthree\n');
  const { name, queued, delivered, failed, lastProblem } = counters();
  assert.deepEqual([name, queued, delivered, failed, lastProblem], ['file', 0, 3, 0, undefined]);
});

test('more than may be on their way go one after the other', async (context) => {
  const { threads, path, write, counters } = open(join(folderOf(context), 'alerts'));
  const lines = Array.from({ length: 20_000 }, (_, number) => String(number));
  write(...lines);
  await threads.closed();
  assert.deepEqual(readFileSync(path, 'utf8').trimEnd().split('\n'), lines);
  assert.equal(counters().delivered, 20_000);
});

test('what finds no room is dropped and counted', async (context) => {
  const file = join(folderOf(context), 'alerts');
  const { threads, path, counters } = open(file, { queueCapacity: 3 });
  for (const line of ['1', '2', '3', '4', '5']) threads.write(outgoing(line));
  assert.deepEqual([threads.queued, threads.lost], [3, 2]);
  await threads.closed();
  assert.equal(readFileSync(path, 'utf8'), '3\n4\n5\n');
  assert.equal(counters().dropped[5], 2);
});

test('buffered lines come when the buffer is full or time is over', async (context) => {
  const { threads, path, write } = open(join(folderOf(context), 'alerts'), { buffered: true });
  write('one');
  write('two');
  await until('there is a file', () => existsSync(path));
  await until('they are written', () => readFileSync(path, 'utf8') === 'one\ntwo\n');
  const lines = Array.from({ length: 5000 }, (_, number) => String(number));
  write(...lines);
  await until('all are written', () => readFileSync(path, 'utf8').endsWith('4999\n'));
  await threads.closed();
});

test('a file that was moved is made anew', async (context) => {
  const { threads, path, write } = open(join(folderOf(context), 'alerts'));
  write('before');
  await until('it is written', () => threads.queued === 0);
  renameSync(path, `${path}.1`);
  threads.reopen();
  write('after');
  await threads.closed();
  assert.equal(readFileSync(`${path}.1`, 'utf8'), 'before\n');
  assert.equal(readFileSync(path, 'utf8'), 'after\n');
});

test('an output that cannot be written to is told of, and does not end the thread', async (context) => {
  const folder = folderOf(context);
  const { threads, logs, write, counters } = open(join(folder, 'absent/alerts'));
  write('one');
  await until('it has failed', () => counters().failed === 1);
  assert.match(logs[0] ?? '', /^error: file: cannot open the output file .*absent.alerts/);
  assert.match(counters().lastProblem ?? '', /^cannot open the output file/);
  write('two');
  assert.equal(await threads.closed(), true);
  assert.deepEqual([counters().failed, threads.queued, logs.length], [2, 0, 1]);
});

test('certificates that are there later are used then', async (context) => {
  const caCert = join(folderOf(context), 'ca.pem');
  const http = {
    url: 'https://127.0.0.1:1/',
    userAgent: '',
    insecure: false,
    caCert,
    caBundle: '',
    caPath: '',
    client: undefined,
    echo: false,
    compressUploads: false,
    keepAlive: false,
    maxConsecutiveTimeouts: 1,
    batch: { alertsMax: 1, waitMs: 0 },
  };
  const { threads, logs, write, counters } = open('', { file: undefined, http });
  write('one');
  await until('it has failed', () => counters().failed === 1);
  assert.match(logs[0] ?? '', /^error: http: ca_cert: cannot read /);
  writeFileSync(caCert, makeCertificate(context).certificate);
  write('two');
  await until('it is tried', () => /ECONNREFUSED/.test(counters().lastProblem ?? ''));
  await threads.closed();
  assert.equal(counters().failed, 2);
});

test('one that hangs is reported, does not keep the end, and all is counted', async (context) => {
  const fifo = join(folderOf(context), 'fifo');
  execFileSync('mkfifo', [fifo]);
  // Nobody reads: the thread cannot even open it.
  const { threads, logs, write, counters } = open(fifo, { timeoutMs: 20, queueCapacity: 10 });
  for (let number = 0; number < 1500; number++) write(String(number));
  await until('it is reported', () => {
    threads.flush();
    return logs.some((line) => line === 'critical: "file" output timeout, its alerts wait');
  });
  assert.equal(await threads.closed(), false);
  const { queued, delivered, dropped, failed } = counters();
  assert.deepEqual([queued, delivered, failed, dropped[5]], [0, 0, 1000, 500]);
  assert.match(logs.at(-1) ?? '', /^notice: output channels still blocked, discarding all/);
  write('too late');
  assert.equal(counters().dropped[5], 501);
  // Lets the thread go.
  closeSync(openSync(fifo, 'r'));
});
