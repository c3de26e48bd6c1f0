/** For tests: receivers of alerts of every kind, which can be made to hang, killed and revived. */

import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { OutputsConfig } from '../../config/output-config.ts';
import type { Daemon } from '../../testing/daemon.ts';
import { rsyslogIn } from '../../testing/rsyslog.ts';
import { FalcoClient, type TestSubscriber } from '../grpc/falco-client.cases.ts';
import { Receiver } from '../http/receiver.cases.ts';
import { until } from '../outgoing.cases.ts';

export interface Victim {
  readonly name: string;
  readonly hang: () => void;
  readonly resume: () => void;
  readonly kill: () => void | Promise<void>;
  readonly revive: () => void | Promise<void>;
}

/** All that need no open connection to begin with, and what outputs must be told to reach them. */
export interface Victims {
  readonly config: OutputsConfig;
  readonly receiver: Receiver;
  readonly all: readonly Victim[];
  /** Of gRPC, which is there when outputs are. */
  readonly grpc: () => Promise<Victim>;
}

const DROP_SOON = 500;

export async function startVictims(context: TestContext): Promise<Victims> {
  const folder = mkdtempSync(join(tmpdir(), 'sk-'));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  const { socket, daemon, victim: syslog } = await syslogVictim(context);
  context.after(() => daemon().kill());
  const { receiver, victim: http } = await httpVictim(context);
  const path = join(folder, 'alerts');
  const pids = join(folder, 'pids');
  const grpcSocket = join(folder, 'falco.sock');
  const config: OutputsConfig = {
    stdout: true,
    file: { path, keepAlive: true, rotation: undefined },
    syslog: { ident: 'falco', path: socket },
    program: { program: `echo $$ >> ${pids}; exec cat > /dev/null`, keepAlive: true },
    http: {
      url: receiver.url,
      userAgent: 'test',
      insecure: false,
      caCert: '',
      caBundle: '',
      caPath: '',
      client: undefined,
      echo: false,
      compressUploads: false,
      keepAlive: true,
      maxConsecutiveTimeouts: 5,
      batch: { alertsMax: 1, waitMs: 0 },
    },
    grpc: {
      bindAddress: `unix://${grpcSocket}`,
      threadiness: 0,
      privateKey: '',
      certChain: '',
      rootCerts: '',
      alerts: true,
    },
    buffered: false,
    queueCapacity: DROP_SOON,
    timeoutMs: 2000,
  };
  const all = [fileVictim(context, path), syslog, programVictim(pids), http];
  return { config, receiver, all, grpc: () => grpcVictim(context, grpcSocket) };
}

/** A pipe with a name, and a process that reads it. */
function fileVictim(context: TestContext, path: string): Victim {
  execFileSync('mkfifo', [path]);
  let reader: ChildProcess;
  const start = (): void => {
    reader = spawn('cat', [path], { stdio: 'ignore' });
  };
  start();
  context.after(() => reader.kill('SIGKILL'));
  return {
    name: 'file',
    hang: () => reader.kill('SIGSTOP'),
    resume: () => reader.kill('SIGCONT'),
    kill: () => void reader.kill('SIGKILL'),
    revive: start,
  };
}

async function syslogVictim(context: TestContext) {
  const rsyslog = rsyslogIn(context);
  let daemon: Daemon = await rsyslog.start();
  const victim: Victim = {
    name: 'syslog',
    hang: () => process.kill(daemon.pid, 'SIGSTOP'),
    resume: () => process.kill(daemon.pid, 'SIGCONT'),
    kill: () => daemon.kill(),
    async revive() {
      rmSync(rsyslog.socket);
      daemon = await rsyslog.start();
    },
  };
  return { socket: rsyslog.socket, daemon: () => daemon, victim };
}

/** The last one that was started: outputs revive it themselves. */
function programVictim(pids: string): Victim {
  const signal = (name: NodeJS.Signals): void => {
    const pid = Number(readFileSync(pids, 'utf8').trimEnd().split('\n').at(-1));
    process.kill(pid, name);
  };
  return {
    name: 'program',
    hang: () => signal('SIGSTOP'),
    resume: () => signal('SIGCONT'),
    kill: () => signal('SIGKILL'),
    revive: () => undefined,
  };
}

async function httpVictim(context: TestContext) {
  const receiver = await Receiver.start(context);
  const held: (() => void)[] = [];
  const { answer } = receiver;
  const victim: Victim = {
    name: 'http',
    hang() {
      receiver.answer = (response) => held.push(() => response.end());
    },
    resume() {
      receiver.answer = answer;
      for (const end of held.splice(0)) end();
    },
    kill: () => receiver.stop(),
    revive: () => receiver.listen(),
  };
  return { receiver, victim };
}

async function grpcVictim(context: TestContext, socket: string): Promise<Victim> {
  await until('gRPC is there', () => existsSync(socket));
  const client = new FalcoClient(`unix:${socket}`);
  context.after(() => client.close());
  let subscriber: TestSubscriber = client.subscribe();
  return {
    name: 'grpc',
    hang: () => subscriber.pause(),
    resume: () => subscriber.resume(),
    kill: () => subscriber.cancel(),
    revive() {
      subscriber = client.subscribe();
    },
  };
}
