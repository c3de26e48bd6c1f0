/**
 * The event source k8s_audit: opens where open_params lead, and serves the web server's endpoint
 * for audit events, which older Falcos had, while it is open.
 */

import { K8S_AUDIT_SOURCE } from '@saker/core/k8s-audit/audit-fields.ts';
import { reasonOf } from '../../host/errno.ts';
import { areEqualDigests, fileDigests } from '../../host/file-digest.ts';
import { HttpError } from '../../http/http-error.ts';
import { type Answer, type Route, textAnswer } from '../../http/http-route.ts';
import { HttpThread, type HttpThreadOptions } from '../../http/http-thread.ts';
import { readCertificate } from '../../http/tls-certificate.ts';
import type {
  EventSink,
  EventSourcing,
  OpenedSource,
  PluginEvent,
  PluginHost,
  PluginMetric,
  SuggestedParams,
} from '../plugin.ts';
import { PluginError, thrownText } from '../plugin-error.ts';
import { type AuditConfig, readToken } from './audit-config.ts';
import { AuditCounters } from './audit-counters.ts';
import { AuditIntake } from './audit-intake.ts';
import { type FileParts, filesAt, readLines } from './file-lines.ts';
import { FileTail } from './file-tail.ts';
import { type AuditOrigin, parseOpenParams, WEB_SERVER_PARAMS } from './open-params.ts';
import { ProblemLog } from './problem-log.ts';

/** What falcosecurity's registry of plugins has for k8saudit. */
const K8SAUDIT_ID = 1;
/** What the thread of requests may hold in bodies: five of them, and not less than this. */
const BODIES_BYTES_MAX: number = 64 << 20;

const NOT_OPEN: Answer = textAnswer(503, 'the source k8s_audit is not open: try again');

type Webhook = AuditOrigin & { readonly kind: 'webhook' };

export class AuditSource implements EventSourcing {
  readonly source: string = K8S_AUDIT_SOURCE;
  readonly id: number = K8SAUDIT_ID;
  readonly #config: AuditConfig;
  readonly #host: PluginHost;
  readonly #counters = new AuditCounters();
  readonly #problems: ProblemLog;
  /** Of the source while it is open. */
  #intake: AuditIntake | undefined = undefined;
  readonly #servers = new Set<HttpThread>();
  /** Digests of what the webhook that is open was opened with: token and certificate. */
  #filesRead: ReadonlyMap<string, string> | undefined = undefined;
  /** Bodies that servers before this one refused for their length. */
  #tooLongBefore = 0;

  constructor(config: AuditConfig, host: PluginHost) {
    this.#config = config;
    this.#host = host;
    this.#problems = new ProblemLog((message) => host.log('warning', message));
  }

  suggestedParams(): readonly SuggestedParams[] {
    return [
      { value: 'http://:9765/k8s-audit', description: 'A webhook for API servers' },
      { value: 'https://:9765/k8s-audit', description: 'The same with TLS' },
      { value: 'file:///var/log/audit.log', description: 'A log, followed from its end' },
      { value: '/var/log/audit.log', description: 'A file, or a folder of files, read once' },
      { value: WEB_SERVER_PARAMS, description: 'Only the endpoint of the web server' },
    ];
  }

  /** evt.plugininfo: the event itself, as Falco has it. */
  describe({ data }: PluginEvent): string {
    return new TextDecoder().decode(data);
  }

  metrics(): readonly PluginMetric[] {
    let tooLong = this.#tooLongBefore;
    for (const server of this.#servers) tooLong += server.counters.get('bodiesTooLong');
    this.#counters.bodiesTooLong = tooLong;
    return this.#counters.metrics();
  }

  /** Tokens and certificates are renewed under the same names. */
  hasChanged(): boolean {
    const before = this.#filesRead;
    if (before === undefined) return false;
    const paths = [...before.keys()];
    if (areEqualDigests(fileDigests(paths), before)) return false;
    this.#checkFiles(paths.includes(this.#config.certificate));
    return true;
  }

  /** PluginError when token or certificate cannot be used. */
  #checkFiles(isTls: boolean): void {
    try {
      readToken(this.#config);
      if (isTls) readCertificate(this.#config.certificate);
    } catch (cause) {
      throw new PluginError('config', 'k8saudit', messageOf(cause), { cause });
    }
  }

  async open(params: string, sink: EventSink): Promise<OpenedSource> {
    const origin = parseOpenParams(params);
    const intake = new AuditIntake({
      config: this.#config,
      sink,
      counters: this.#counters,
      problems: this.#problems,
    });
    const opened = await this.#openOrigin(origin, intake, sink);
    this.#intake = intake;
    return {
      close: async () => {
        if (this.#intake === intake) this.#intake = undefined;
        await opened.close();
        await intake.close();
      },
    };
  }

  /**
   * For the web server: what is posted there goes into this source. While it is not open, clients
   * are told to come again.
   */
  routes(paths: readonly string[]): readonly Route[] {
    return [...new Set(paths)].map((path) => this.#route(path, () => this.#intake));
  }

  async #openOrigin(
    origin: AuditOrigin,
    intake: AuditIntake,
    sink: EventSink,
  ): Promise<OpenedSource> {
    switch (origin.kind) {
      case 'webhook':
        return this.#openWebhook(origin, intake);
      case 'tail':
        return this.#openTail(origin.path, intake);
      case 'files':
        return this.#openFiles(origin.path, intake, sink);
      case 'web-server':
        return { close: () => undefined };
    }
  }

  async #openWebhook(origin: Webhook, intake: AuditIntake): Promise<OpenedSource> {
    const { certificate, payloadBytesMax, token } = this.#config;
    this.#checkFiles(origin.isTls);
    const files = [
      ...(token.kind === 'file' ? [token.path] : []),
      ...(origin.isTls ? [certificate] : []),
    ];
    const filesRead = fileDigests(files);
    const server = await listening({
      name: 'the webhook of k8saudit',
      listen: {
        address: origin.host,
        port: origin.port,
        ...(origin.isTls ? { certificate } : {}),
      },
      routes: [this.#route(origin.path, () => intake)],
      limits: { bodiesBytesMax: Math.max(BODIES_BYTES_MAX, 5 * payloadBytesMax) },
      onProblem: (message) => this.#host.log('error', message),
    });
    const scheme = origin.isTls ? 'https' : 'http';
    this.#host.log('info', `listening on ${scheme}://${origin.host}:${server.port}${origin.path}`);
    this.#servers.add(server);
    this.#filesRead = filesRead;
    return {
      close: async () => {
        if (this.#filesRead === filesRead) this.#filesRead = undefined;
        await server.close();
        this.#servers.delete(server);
        this.#tooLongBefore += server.counters.get('bodiesTooLong');
      },
    };
  }

  #route(path: string, intake: () => AuditIntake | undefined): Route {
    const { payloadBytesMax } = this.#config;
    const token = readToken(this.#config);
    return {
      method: 'POST',
      path,
      ...(token === undefined ? {} : { token }),
      bodyBytesMax: payloadBytesMax,
      tooLong: textAnswer(400, `bad request: webhookMaxBatchSize allows ${payloadBytesMax} bytes`),
      ask: ({ type, body }) => intake()?.takeBody(type, ownBytes(body)) ?? NOT_OPEN,
    };
  }

  async #openTail(path: string, intake: AuditIntake): Promise<OpenedSource> {
    const tail = new FileTail(
      path,
      this.#fileParts(intake, () => false),
      (message) => this.#problems.add(message),
    );
    await tail.start();
    return tail;
  }

  /** Reads on after this resolved; the source is over when all events are in its queue. */
  async #openFiles(path: string, intake: AuditIntake, sink: EventSink): Promise<OpenedSource> {
    const files = await filesAt(path);
    let isClosed = false;
    const parts = this.#fileParts(intake, () => isClosed);
    const readAll = async (): Promise<void> => {
      for (const file of files) await readLines(file, parts);
      await intake.done();
    };
    const reading = readAll().then(
      () => sink.end(),
      (error: unknown) => sink.end(new Error(`cannot read ${path}: ${reasonOf(error)}`)),
    );
    return {
      close: async () => {
        isClosed = true;
        // Lets go of whoever waits for room.
        await intake.close();
        await reading;
      },
    };
  }

  #fileParts(intake: AuditIntake, isClosed: () => boolean): FileParts {
    const { payloadBytesMax: lineBytesMax } = this.#config;
    return { intake, counters: this.#counters, lineBytesMax, isClosed };
  }
}

async function listening(options: HttpThreadOptions): Promise<HttpThread> {
  try {
    return await HttpThread.start(options);
  } catch (cause) {
    throw new Error(messageOf(cause), { cause });
  }
}

/** HttpError says beside what went wrong what to do: here both are one sentence. */
function messageOf(error: unknown): string {
  const hint = error instanceof HttpError ? error.hint : undefined;
  return hint === undefined ? thrownText(error) : `${thrownText(error)}; ${hint}`;
}

/** In memory that can be handed on to another thread. */
function ownBytes(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const { buffer, byteOffset, length } = bytes;
  return buffer instanceof ArrayBuffer ? new Uint8Array(buffer, byteOffset, length) : bytes.slice();
}
