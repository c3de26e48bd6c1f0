/**
 * A plugin for Saker: follows the access log of a web server (nginx, Apache, Caddy in their
 * "combined" format) and makes one event of each request. docs/plugins.md goes through it.
 *
 *   plugins:
 *     - name: access_log
 *       library_path: /etc/falco/access-log.ts
 *       init_config: {from_start: false}
 *       open_params: /var/log/nginx/access.log
 *   load_plugins: [access_log]
 */

import { type FileHandle, open, stat } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import type {
  EventSink,
  FieldReader,
  OpenedSource,
  PluginEvent,
  PluginFactory,
  PluginField,
  PluginValue,
} from '@saker/agent/plugins/plugin.ts';

/** How often a file that has nothing new is looked at. */
const LOOK_MS = 250;
const READ_BYTES = 64 << 10;
/** Servers limit a request's line to 8 KiB; what is longer is cut here. */
const LINE_BYTES_MAX = 32 << 10;

const NEWLINE = 0x0a;
const NS_PER_MS = 1_000_000n;

interface Settings {
  /** Begin with what the file has already, not with what is written from now on. */
  readonly fromStart: boolean;
}

interface Request {
  readonly client: string;
  readonly user: string;
  /** Nanoseconds since the epoch. */
  readonly time: bigint | undefined;
  readonly method: string;
  readonly url: string;
  readonly status: number;
  readonly bytes: number;
  readonly referer: string;
  readonly agent: string;
}

/** client - user [time] "method url protocol" status bytes "referer" "agent" */
const combined =
  /^(\S+) \S+ (\S+) \[([^\]]*)\] "(\S+) (\S+)[^"]*" (\d{3}) (\d+|-)(?: "([^"]*)" "([^"]*)")?/;

export function parseRequest(line: string): Request | undefined {
  const match = combined.exec(line);
  if (match === null) return undefined;
  const [, client = '', user = '', time = '', method = '', url = '', status, bytes] = match;
  const [, , , , , , , , referer = '', agent = ''] = match;
  const more = { status: Number(status), bytes: Number(bytes) || 0, referer, agent };
  return { client, user, time: timeOf(time), method, url, ...more };
}

/** `10/Oct/2026:13:55:36 +0200` */
function timeOf(text: string): bigint | undefined {
  const [, day, month, year, clock, zone] =
    /^(\d\d)\/(\w{3})\/(\d{4}):(\d\d:\d\d:\d\d) ([+-]\d{4})$/.exec(text) ?? [];
  const ms = Date.parse(`${day} ${month} ${year} ${clock} ${zone}`);
  return Number.isNaN(ms) ? undefined : BigInt(ms) * NS_PER_MS;
}

/** The file as it grows. A file that is put in its place, or cut, is begun from the start. */
class LogFile {
  readonly #path: string;
  readonly #buffer = Buffer.alloc(READ_BYTES);
  #file: FileHandle;
  #inode: number;
  #position: number;

  private constructor(path: string, file: FileHandle, at: { inode: number; position: number }) {
    this.#path = path;
    this.#file = file;
    this.#inode = at.inode;
    this.#position = at.position;
  }

  static async open(path: string, { fromStart }: Settings): Promise<LogFile> {
    const file = await open(path);
    const { ino, size } = await file.stat();
    return new LogFile(path, file, { inode: ino, position: fromStart ? 0 : size });
  }

  /** What was written since; valid until the next call. Empty: nothing. */
  async read(): Promise<Buffer> {
    const { size } = await this.#file.stat();
    if (size < this.#position) this.#position = 0;
    const { bytesRead } = await this.#file.read(this.#buffer, 0, READ_BYTES, this.#position);
    this.#position += bytesRead;
    if (bytesRead === 0) await this.#followRotation();
    return this.#buffer.subarray(0, bytesRead);
  }

  /** Once the old file has been read to its end. */
  async #followRotation(): Promise<void> {
    const found = await stat(this.#path).catch(() => undefined);
    // Between the two steps of a rotation there is none.
    if (found === undefined || found.ino === this.#inode) return;
    const next = await open(this.#path);
    await this.#file.close();
    this.#file = next;
    this.#inode = found.ino;
    this.#position = 0;
  }

  async close(): Promise<void> {
    await this.#file.close();
  }
}

/** Bytes in pieces, lines out. */
class Lines {
  #rest: Buffer = Buffer.alloc(0);

  /** The lines that are complete now, without their ends. */
  add(piece: Buffer): Buffer[] {
    const lines: Buffer[] = [];
    let from = 0;
    for (let end = piece.indexOf(NEWLINE); end >= 0; end = piece.indexOf(NEWLINE, from)) {
      lines.push(this.#withRest(piece.subarray(from, end)));
      this.#rest = Buffer.alloc(0);
      from = end + 1;
    }
    this.#rest = this.#withRest(piece.subarray(from));
    return lines;
  }

  #withRest(bytes: Buffer): Buffer {
    const room = LINE_BYTES_MAX - this.#rest.length;
    return Buffer.concat([this.#rest, bytes.subarray(0, room)]);
  }
}

async function follow(path: string, settings: Settings, sink: EventSink): Promise<OpenedSource> {
  const file = await LogFile.open(path, settings);
  const stop = new AbortController();
  const done = readAll(file, sink, stop.signal);
  return {
    async close() {
      stop.abort();
      await done;
      await file.close();
    },
  };
}

/** Until it is stopped. What goes wrong ends the source, and is told. */
async function readAll(file: LogFile, sink: EventSink, stop: AbortSignal): Promise<void> {
  const lines = new Lines();
  try {
    while (!stop.aborted) {
      const piece = await file.read();
      for (const line of lines.add(piece)) {
        // The file keeps what there is no room for now.
        await sink.room();
        sink.event(line, parseRequest(line.toString('latin1'))?.time);
      }
      if (piece.length === 0) await pause(LOOK_MS, undefined, { signal: stop }).catch(() => {});
    }
  } catch (error) {
    sink.end(error instanceof Error ? error : new Error(String(error)));
  }
}

/** Several fields are read of one event: it is parsed once. */
class LastRequest {
  #num = 0;
  #request: Request | undefined = undefined;

  of(event: PluginEvent): Request | undefined {
    if (event.num !== this.#num) {
      this.#num = event.num;
      this.#request = parseRequest(Buffer.from(event.data).toString('utf8'));
    }
    return this.#request;
  }
}

type Read = (request: Request, argument: string | undefined) => PluginValue | string[] | undefined;

function queryOf({ url }: Request): URLSearchParams {
  const at = url.indexOf('?');
  return new URLSearchParams(at < 0 ? '' : url.slice(at + 1));
}

function pathOf({ url }: Request): string {
  const [path = ''] = url.split('?', 1);
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

function requestFields(last: LastRequest): readonly PluginField[] {
  const field = (facts: Omit<PluginField, 'bind'>, read: Read): PluginField => ({
    ...facts,
    bind: (argument): FieldReader => {
      return (event) => {
        const request = last.of(event);
        return request === undefined ? undefined : read(request, argument);
      };
    },
  });
  const text = (name: string, description: string, read: Read): PluginField =>
    field({ name, type: 'string', description }, read);
  const ip = 'Address of the client';
  return [
    field(
      { name: 'access.client', type: 'ipaddr', description: `${ip}.`, suggested: true },
      ({ client }) => client,
    ),
    field(
      { name: 'access.net', type: 'ipnet', description: `${ip}, to be compared with networks.` },
      ({ client }) => client,
    ),
    text('access.user', 'User that the server authenticated.', ({ user }) =>
      user === '-' ? undefined : user,
    ),
    text('access.method', 'Method of the request: GET.', ({ method }) => method),
    text('access.url', 'What was asked for, as it was written.', ({ url }) => url),
    text('access.path', 'Path of the URL, decoded.', pathOf),
    field(
      {
        name: 'access.params',
        type: 'string',
        list: true,
        description: 'Names of the parameters of the URL.',
      },
      (request) => [...queryOf(request).keys()],
    ),
    field(
      {
        name: 'access.param',
        type: 'string',
        description: 'Value of a parameter of the URL, e.g. access.param[id].',
        argument: { key: true, required: true },
      },
      (request, name = '') => queryOf(request).get(name) ?? undefined,
    ),
    field(
      { name: 'access.status', type: 'uint64', description: 'Status that was answered: 404.' },
      ({ status }) => status,
    ),
    field(
      { name: 'access.bytes', type: 'uint64', description: 'Bytes of the answer.' },
      ({ bytes }) => bytes,
    ),
    text('access.referer', 'Page that led to the request.', ({ referer }) => referer),
    text('access.agent', 'User agent: what the client says it is.', ({ agent }) => agent),
  ];
}

export const plugin: PluginFactory = {
  api: 1,
  name: 'access_log',
  version: '0.1.0',
  description: 'Requests to a web server, from its access log',
  contact: 'see docs/plugins.md of Saker',
  configSchema: {
    type: 'object',
    properties: { from_start: { type: 'boolean' } },
    additionalProperties: false,
  },
  open(config) {
    const { from_start: fromStart = false } = (config ?? {}) as { from_start?: boolean };
    const last = new LastRequest();
    return {
      sourcing: {
        source: 'access_log',
        id: 999,
        suggestedParams: () => [{ value: '/var/log/nginx/access.log', description: 'of nginx' }],
        open(params, sink) {
          if (params === '') throw new Error('open_params must be the path of the log');
          return follow(params, { fromStart }, sink);
        },
        describe: (event) => Buffer.from(event.data).toString('utf8'),
      },
      extraction: { sources: ['access_log'], fields: requestFields(last) },
    };
  },
};
