/** Where effects of configuration keys and flags are seen: small runs of the whole command. */

import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { encodeNamed } from '@saker/core/events/encode.ts';
import type { ParamInput } from '@saker/core/events/encode-param.ts';
import { PPME } from '@saker/core/events/event-codes.gen.ts';
import { unknownThread } from '@saker/core/events/thread-entry.cases.ts';
import { ScapWriter } from '@saker/core/scap/scap-writer.ts';
import type { Config } from '../config/config.ts';
import { type LoadedConfig, loadConfig } from '../config/load-config.ts';
import { type Outcome, saker } from '../testing.ts';
import { parseFlags } from './flags.ts';

const START_NS = 1_700_000_000_000_000_000n;
const TID = 7;
/** Files that the program of the capture opens, half a second apart. */
export const OPENED = ['/etc/passwd', '/etc/shadow', '/srv/a', '/srv/b'];

const rules = [
  {
    rule: 'Opened',
    desc: 'A file is opened',
    condition: 'evt.type = openat and fd.name startswith /etc',
    output: 'opened=%fd.name by=%proc.name',
    priority: 'NOTICE',
    tags: ['file'],
    capture: true,
  },
  {
    rule: 'Any',
    desc: 'Any file is opened',
    condition: 'evt.type = openat',
    output: 'any=%fd.name',
    priority: 'DEBUG',
    tags: ['any'],
  },
  {
    rule: 'Data',
    desc: 'Something is read',
    condition: 'evt.type = read',
    output: 'data=%evt.buffer',
    priority: 'WARNING',
    tags: ['data'],
  },
];

export class KeyLab {
  readonly folder: string;
  readonly capture: string;
  readonly rules: string;
  /** Nothing appended, no syslog. */
  readonly base: string;

  constructor(context: TestContext) {
    this.folder = mkdtempSync(join(tmpdir(), 'saker-keys-'));
    context.after(() => rmSync(this.folder, { recursive: true }));
    this.capture = this.file('story.scap', story());
    this.rules = this.file('rules.yaml', JSON.stringify(rules));
    this.base = this.file('base.yaml', 'append_output: []\nsyslog_output: {enabled: false}\n');
  }

  /** Writes a file and gives its path. */
  file(name: string, text: string | Uint8Array): string {
    const path = join(this.folder, name);
    writeFileSync(path, text);
    return path;
  }

  /** A path where nothing is. */
  path(name: string): string {
    const path = join(this.folder, name);
    rmSync(path, { recursive: true, force: true });
    return path;
  }

  read(path: string): string {
    return readFileSync(path, 'utf8');
  }

  names(): string[] {
    return readdirSync(this.folder);
  }

  /** What the parts are made of. FOLDER stands for the lab's own. */
  config(options: readonly string[], flags: readonly string[] = []): Config {
    return this.load(options, flags).config;
  }

  load(options: readonly string[], flags: readonly string[] = []): LoadedConfig {
    const { options: fromFlags, oldOptions } = parseFlags(flags);
    return loadConfig({
      file: undefined,
      options: [...this.#filled(options), ...fromFlags],
      oldOptions,
      environment: {},
    });
  }

  /** The capture through the rules. Nothing appended, no syslog. */
  replay(options: readonly string[], ...args: readonly string[]): Promise<Outcome> {
    const engine = ['engine.kind=replay', `engine.replay.capture_file=${this.capture}`];
    const named = args.includes('-r') ? [] : ['-r', this.rules];
    return this.run([...engine, ...options], ...named, ...args);
  }

  dryRun(options: readonly string[], ...args: readonly string[]): Promise<Outcome> {
    const named = args.includes('-r') ? [] : ['-r', this.rules];
    return this.run(options, ...named, '--dry-run', ...args);
  }

  run(options: readonly string[], ...args: readonly string[]): Promise<Outcome> {
    const file = args.includes('-c') ? [] : ['-c', this.base];
    const set = this.#filled(options).flatMap((option) => ['-o', option]);
    return saker(...file, ...set, ...args.map((arg) => this.filled(arg)));
  }

  filled(text: string): string {
    return text.replaceAll('FOLDER', this.folder);
  }

  #filled(options: readonly string[]): string[] {
    return options.map((option) => this.filled(option));
  }
}

/** A program that opens files and reads from one, beside another that does nothing. */
function story(): Uint8Array {
  const pieces: Uint8Array[] = [];
  const writer = new ScapWriter((bytes) => pieces.push(bytes.slice()));
  writer.machine({ cpuCount: 1, memoryBytes: 1e9, pidMax: 99, hostname: 'story', bootTime: 0 });
  writer.thread({ ...unknownThread, tid: 1, pid: 1, comm: 'init', exe: 'init' });
  writer.thread({ ...unknownThread, tid: TID, pid: TID, comm: 'tool', exe: 'tool' });
  let time = START_NS;
  const event = (type: number, params: Readonly<Record<string, ParamInput>>) => {
    time += 500_000_000n;
    const record = encodeNamed(type, { time, tid: TID }, params);
    writer.record(record, { cpu: 0, stateOnly: false });
  };
  for (const [index, name] of OPENED.entries()) {
    const fd = 3 + index;
    const opened = { fd, dirfd: -100, name, flags: 1, mode: 0, dev: 1, ino: fd };
    event(PPME.PPME_SYSCALL_OPENAT_2_X, opened);
  }
  event(PPME.PPME_SYSCALL_READ_X, { res: 3, data: 'a\0b', fd: 3, size: 80 });
  writer.flush();
  return Buffer.concat(pieces);
}

export interface Request {
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
  /** Which connection it came on. */
  readonly port: number | undefined;
}

/** A web server that alerts are posted to. */
export class HttpSink {
  readonly requests: Request[] = [];
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((request, response) => void this.#take(request, response));
  }

  static async open(context: TestContext): Promise<HttpSink> {
    const sink = new HttpSink();
    sink.#server.listen(0, '127.0.0.1');
    await once(sink.#server, 'listening');
    context.after(() => {
      sink.#server.closeAllConnections();
      sink.#server.close();
    });
    return sink;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/alerts`;
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const { headers, socket } = request;
    this.requests.push({ headers, body: Buffer.concat(parts), port: socket.remotePort });
    response.end('the answer\n');
  }
}
