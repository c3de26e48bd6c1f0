/** What clients of Falco's gRPC services get: made from their description, over real sockets. */

import assert from 'node:assert/strict';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { credentials } from '@grpc/grpc-js';
import type { Alert } from '@saker/core/engine/alert.ts';
import type { GrpcConfig } from '../../config/output-config.ts';
import { fileOf, makeCertificate } from '../../http/certificates.cases.ts';
import type { OutgoingAlert } from '../alert-output.ts';
import { outgoing, SeenOutcome, until } from '../outgoing.cases.ts';
import { FalcoClient } from './falco-client.cases.ts';
import { GrpcOutput } from './grpc-output.ts';
import type { ServedVersions } from './services.ts';

const VERSIONS: ServedVersions = {
  version: '0.44.1-rc2+7f3a',
  engineVersion: '0.63.0',
  fieldsChecksum: 'abc',
};

const ALERT: Alert = {
  rule: 'Terminal shell',
  priority: 5,
  source: 'syscall',
  tags: ['container', 'T1059'],
  hostname: 'host-1',
  time: 1_700_000_000_123_456_789n,
  timeText: '',
  timeUtc: '',
  message: 'A shell',
  outputFields: new Map<
    string,
    Alert['outputFields'] extends ReadonlyMap<string, infer V> ? V : never
  >([
    ['container.id', null],
    ['evt.time', { raw: '1700000000123456789' }],
    ['proc.name', 'bash \ud800'],
    ['proc.tty', 34816],
    ['proc.is_exe', true],
  ]),
};

interface Opened {
  readonly output: GrpcOutput;
  readonly outcome: SeenOutcome;
  readonly socket: string;
  readonly client: () => FalcoClient;
  readonly write: (...alerts: readonly (string | OutgoingAlert)[]) => void;
}

function config(bindAddress: string, more: Partial<GrpcConfig> = {}): GrpcConfig {
  return {
    bindAddress,
    threadiness: 0,
    privateKey: '',
    certChain: '',
    rootCerts: '',
    alerts: true,
    ...more,
  };
}

function temporaryFolder(context: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'sk-'));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

async function open(context: TestContext): Promise<Opened> {
  const socket = join(temporaryFolder(context), 'run/falco.sock');
  const outcome = new SeenOutcome();
  const output = new GrpcOutput(config(`unix://${socket}`), VERSIONS, outcome);
  context.after(() => output.close());
  await until('it listens', () => existsSync(socket));
  const client = (): FalcoClient => {
    const made = new FalcoClient(`unix:${socket}`);
    context.after(() => made.close());
    return made;
  };
  const write = (...alerts: readonly (string | OutgoingAlert)[]): void => {
    for (const alert of alerts) output.write(typeof alert === 'string' ? outgoing(alert) : alert);
  };
  return { output, outcome, socket, client, write };
}

test('a subscriber gets alerts as they come, with all that is in them', async (context) => {
  const { outcome, client, write } = await open(context);
  const subscriber = client().subscribe();
  write({ line: 'Notice A shell', priority: 5, alert: ALERT });
  await until('it is delivered', () => outcome.deliveredCount === 1);
  await until('it has arrived', () => subscriber.alerts.length === 1);
  assert.deepEqual(subscriber.alerts[0], {
    time: { seconds: '1700000000', nanos: 123_456_789 },
    priority: 'NOTICE',
    source_deprecated: 'SYSCALL',
    rule: 'Terminal shell',
    output: 'Notice A shell',
    output_fields: {
      'container.id': '<NA>',
      'evt.time': '1700000000123456789',
      'proc.is_exe': 'true',
      'proc.name': 'bash \ufffd',
      'proc.tty': '34816',
    },
    hostname: 'host-1',
    tags: ['container', 'T1059'],
    source: 'syscall',
  });
  write(
    { line: 'a', priority: 0, alert: { ...ALERT, source: 'k8s_audit' } },
    { line: 'b', priority: 7, alert: { ...ALERT, source: 'aws_cloudtrail' } },
  );
  await until('both have arrived', () => subscriber.alerts.length === 3);
  const sources = subscriber.alerts.map(({ source_deprecated: source }) => source);
  assert.deepEqual(sources, ['SYSCALL', 'K8S_AUDIT', 'PLUGIN']);
  assert.deepEqual(subscriber.alerts.map(({ priority }) => priority).slice(1), [
    'EMERGENCY',
    'DEBUG',
  ]);
});

test('the version service', async (context) => {
  const { client } = await open(context);
  assert.deepEqual(await client().version(), {
    version: '0.44.1-rc2+7f3a',
    major: 0,
    minor: 44,
    patch: 1,
    prerelease: 'rc2',
    build: '7f3a',
    engine_minor: 63,
    engine_fields_checksum: 'abc',
    engine_major: 0,
    engine_patch: 0,
    engine_version: '0.63.0',
  });
});

test('get drains what was kept, once; who subscribes first gets it otherwise', async (context) => {
  const { outcome, client, write } = await open(context);
  write('a', 'b', 'c');
  assert.equal(outcome.settled, 0);
  const [one, two] = [client(), client()];
  assert.deepEqual(
    (await one.get()).map(({ output }) => output),
    ['a', 'b', 'c'],
  );
  assert.equal(outcome.deliveredCount, 3);
  assert.deepEqual(await two.get(), []);
  write('d');
  const subscriber = two.subscribe();
  await until('what was kept has arrived', () => subscriber.outputs.length === 1);
  write('e');
  await until('what came has arrived', () => subscriber.outputs.join('') === 'de');
  assert.deepEqual(await one.get(), []);
});

test('each subscriber gets every alert; one that goes takes nothing along', async (context) => {
  const { outcome, client, write } = await open(context);
  const [one, two] = [client().subscribe(), client().subscribe()];
  write('first');
  await until('one has it', () => one.outputs.length === 1);
  // The second one may have asked only after the first alert was given away.
  write('a');
  await until('two is there', () => {
    if (two.outputs.length === 0) write('a');
    return two.outputs.length > 0;
  });
  const before = [one.outputs.length, two.outputs.length];
  write('b', 'c');
  await until('both have them', () =>
    [one, two].every(({ outputs }) => outputs.slice(-2).join('') === 'bc'),
  );
  assert.ok(before.every((count) => count > 0));
  one.cancel();
  two.cancel();
  await until('both are gone', () => one.error !== undefined && two.error !== undefined);
  const settled = outcome.settled;
  const third = client().subscribe();
  write('d', 'e');
  await until('the next one has what came', () => third.outputs.slice(-2).join('') === 'de');
  assert.equal(outcome.failedCount, 0);
  assert.ok(outcome.deliveredCount >= settled + 2);
});

test('one that does not read holds nobody up, and alerts wait when it is alone', async (context) => {
  const { outcome, client, write } = await open(context);
  const slow = client().subscribe();
  write('begin');
  await until('it reads', () => slow.outputs.length === 1);
  slow.pause();
  const line = 'x'.repeat(10_000);
  const count = 3000;
  for (let number = 0; number < count; number++) write(line);
  await until('its connection is full', () => outcome.deliveredCount > 1);
  const fast = client().subscribe();
  await until('the other one gets what comes', () => {
    write('more');
    return fast.outputs.includes('more');
  });
  slow.resume();
  await until('it reads again', () => slow.outputs.length > 1000);
  assert.equal(slow.error, undefined);
});

test('what nobody asks for has failed when it comes to the end, and streams end', async (context) => {
  const { output, outcome, client, write, socket } = await open(context);
  write('a');
  output.finish();
  write('b');
  assert.equal(outcome.failedCount, 2);
  assert.deepEqual(new Set(outcome.problems), new Set(['no client has asked for the alerts']));
  const subscriber = client().subscribe();
  write('c');
  await until('a client that is there is served', () => {
    write('d');
    return subscriber.outputs.length > 0;
  });
  await output.close();
  await until('its stream ends in order', () => subscriber.hasEnded);
  assert.equal(subscriber.error, undefined);
  assert.deepEqual(readdirSync(join(socket, '..')), []);
});

test('the socket is its owner’s, replaces one that was left behind, and no other', async (context) => {
  const folder = temporaryFolder(context);
  const path = join(folder, 'falco.sock');
  const living = createServer().listen(path);
  await until('another process listens', () => existsSync(path));
  const outcome = new SeenOutcome();
  const output = new GrpcOutput(config(`unix://${path}`), VERSIONS, outcome);
  context.after(() => output.close());
  await until('that is told', () => outcome.problems.length > 0);
  assert.deepEqual(outcome.problems, [`another process listens on ${path}`]);
  assert.deepEqual(readdirSync(folder), ['falco.sock']);
  // Its file goes with it: make one that nobody listens on, as a crash leaves it.
  living.close();
  const left = createServer();
  const temporary = join(folder, 'other');
  left.listen(temporary);
  await until('it is there', () => existsSync(temporary));
  renameSync(temporary, path);
  left.close();
  await until('it is replaced', () => (statSync(path).mode & 0o777) === 0o600);
  const client = new FalcoClient(`unix:${path}`);
  context.after(() => client.close());
  const answer = (await client.version()) as { version: string };
  assert.equal(answer.version, VERSIONS.version);
});

test('a file that is no socket stays', async (context) => {
  const path = join(temporaryFolder(context), 'falco.sock');
  writeFileSync(path, 'precious');
  const outcome = new SeenOutcome();
  const output = new GrpcOutput(config(`unix://${path}`), VERSIONS, outcome);
  await until('that is told', () => outcome.problems.length > 0);
  assert.equal(outcome.problems[0], `${path} is there and is no socket`);
  await output.close();
  assert.equal(readFileSync(path, 'utf8'), 'precious');
});

test('TCP with mutual TLS', async (context) => {
  const server = makeCertificate(context);
  const known = makeCertificate(context);
  const unknown = makeCertificate(context);
  const port = await freePort();
  const outcome = new SeenOutcome();
  const files = {
    privateKey: fileOf(context, server.key),
    certChain: fileOf(context, server.certificate),
    rootCerts: fileOf(context, known.certificate),
  };
  const output = new GrpcOutput(config(`127.0.0.1:${port}`, files), VERSIONS, outcome);
  context.after(() => output.close());
  await until('it listens', () => isListening(port));
  const clientWith = (own: typeof known): FalcoClient => {
    const pem = (text: string): Buffer => Buffer.from(text);
    const channel = credentials.createSsl(
      pem(server.certificate),
      pem(own.key),
      pem(own.certificate),
    );
    const client = new FalcoClient(`localhost:${port}`, channel);
    context.after(() => client.close());
    return client;
  };
  const subscriber = clientWith(known).subscribe();
  output.write(outgoing('over TLS'));
  await until('it has arrived', () => subscriber.outputs.length === 1);
  await assert.rejects(clientWith(unknown).version(), /UNAVAILABLE/);
  const problem = new SeenOutcome();
  const absent = { ...files, privateKey: '/nonexistent' };
  const second = new GrpcOutput(config(`127.0.0.1:${port}`, absent), VERSIONS, problem);
  await until('that is told', () => problem.problems.length > 0);
  assert.equal(
    problem.problems[0],
    'private_key: cannot read /nonexistent: no such file or directory',
  );
  await second.close();
});

async function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  await new Promise((resolve) => {
    server.close(resolve);
  });
  return typeof address === 'object' && address !== null ? address.port : 0;
}
