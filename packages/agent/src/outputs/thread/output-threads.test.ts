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
import { FalcoClient } from '../grpc/falco-client.cases.ts';
import { outgoing, until } from '../outgoing.cases.ts';
import type { OutputCounters } from '../output-counters.ts';
import { type OutputThreadOptions, OutputThreads } from './output-threads.ts';

interface Opened {
  readonly threads: OutputThreads;
  readonly options: OutputThreadOptions;
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
  const options: OutputThreadOptions = {
    outputs: { ...NOTHING, file: { path, keepAlive: true, rotation: undefined }, ...more },
    json: false,
    versions: VERSIONS,
    log: (level, message) => logs.push(`${level}: ${message}`),
  };
  const threads = new OutputThreads(options);
  const write = (...lines: readonly string[]): void => {
    for (const line of lines) threads.write(outgoing(line));
    threads.flush();
  };
  return { threads, options, path, logs, write, counters: () => threads.counters[0]! };
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

test('an output that another configuration leaves as it is goes on, and others follow it', async (context) => {
  const folder = folderOf(context);
  const [first, second] = [join(folder, 'first'), join(folder, 'second')];
  const program = (path: string): Partial<OutputsConfig> => ({
    program: { program: `echo started >> ${path}; cat >> ${path}`, keepAlive: true },
  });
  const file = { path: join(folder, 'alerts'), keepAlive: true, rotation: undefined };
  const { threads, path, options, write } = open(file.path, program(first));
  write('one');
  await until('the program has it', () => textOf(first) === 'started\none\n');
  write('two');
  threads.follow({ ...options, outputs: { ...NOTHING, file, ...program(first) } });
  write('three');
  await until('it is the same one', () => textOf(first) === 'started\none\ntwo\nthree\n');
  threads.follow({ ...options, outputs: { ...NOTHING, ...program(second) } });
  write('four');
  threads.follow({ ...options, outputs: { ...NOTHING, file, ...program(second) } });
  write('five');
  assert.equal(await threads.closed(), true);
  assert.equal(textOf(first), 'started\none\ntwo\nthree\n');
  assert.equal(textOf(second), 'started\nfour\nfive\n');
  assert.equal(textOf(path), 'one\ntwo\nthree\nfive\n');
  const counts = threads.counters.map(({ name, queued, delivered }) => [
    name,
    { queued, delivered },
  ]);
  assert.deepEqual(Object.fromEntries(counts), {
    file: { queued: 0, delivered: 4 },
    program: { queued: 0, delivered: 5 },
  });
});

test('what waits for an output that is configured anew goes where it is now', async (context) => {
  const path = join(folderOf(context), 'alerts');
  const fifo = `${path}.fifo`;
  execFileSync('mkfifo', [fifo]);
  // Both ends are open, and nobody reads: what does not fit in waits.
  const fd = openSync(fifo, 'r+');
  const timeoutMs = 100;
  const { threads, options, counters } = open(fifo, { timeoutMs });
  const lines = Array.from({ length: 4000 }, (_, number) => `${number} ${'x'.repeat(200)}`);
  for (const line of lines) threads.write(outgoing(line));
  threads.flush();
  const file = { path, keepAlive: true, rotation: undefined };
  threads.follow({ ...options, outputs: { ...NOTHING, file, timeoutMs } });
  await until('all have left', () => counters().queued === 0);
  const { delivered, failed } = counters();
  assert.deepEqual([delivered + failed, threads.lost], [4000, 0]);
  // Only what was on its way already may have failed.
  assert.equal(
    textOf(path),
    lines
      .slice(1000)
      .map((line) => `${line}\n`)
      .join(''),
  );
  assert.equal(await threads.closed(), false);
  closeSync(fd);
});

test('a unix socket goes over to the next server of the same address', async (context) => {
  const bindAddress = `unix://${join(folderOf(context), 'grpc.sock')}`;
  const [privateKey, certChain, rootCerts] = ['', '', ''];
  const grpc = { bindAddress, threadiness: 0, privateKey, certChain, rootCerts, alerts: true };
  const { threads, options, logs } = open('', { file: undefined, grpc });
  await until('it listens', () => existsSync(bindAddress.slice('unix://'.length)));
  // Whatever changes for it: here, how many alerts may wait.
  threads.follow({ ...options, outputs: { ...NOTHING, grpc, queueCapacity: 7 } });
  threads.write(outgoing('one'));
  threads.flush();
  const client = new FalcoClient(bindAddress);
  context.after(() => client.close());
  // A client that comes in between may meet the one that leaves.
  await until('a client has it', async () => {
    const seen = client.subscribe();
    const isOver = (): boolean => seen.hasEnded || seen.error !== undefined;
    await until('it is answered', () => seen.alerts.length > 0 || isOver());
    return seen.outputs.join() === 'one';
  });
  await threads.closed();
  assert.deepEqual(logs, []);
});

function textOf(path: string): string {
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}
