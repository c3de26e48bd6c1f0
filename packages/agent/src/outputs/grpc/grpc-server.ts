/** The gRPC server of `grpc.bind_address`: a unix socket, or an address with mutual TLS. */

import { readFileSync } from 'node:fs';
import { Server, ServerCredentials } from '@grpc/grpc-js';
import type { GrpcConfig } from '../../config/output-config.ts';
import { reasonOf } from '../../host/errno.ts';
import { OutputError } from '../alert-output.ts';
import {
  type OutputsHandlers,
  outputsService,
  type VersionHandlers,
  versionService,
} from './services.ts';
import { UnixSocketPlace } from './unix-socket-place.ts';

export interface GrpcHandlers extends OutputsHandlers, VersionHandlers {}

const OPTIONS = {
  /** Requests have no content. */
  'grpc.max_receive_message_length': 4096,
  'grpc.max_concurrent_streams': 64,
  /** A client that is gone without a word is noticed. */
  'grpc.keepalive_time_ms': 30_000,
  'grpc.keepalive_timeout_ms': 10_000,
} as const;

/** How long calls may take to end. */
const SHUTDOWN_MS = 300;

export class GrpcServer {
  readonly #server: Server;
  readonly #place: UnixSocketPlace | undefined;
  #isTaken = false;

  private constructor(handlers: GrpcHandlers, place: UnixSocketPlace | undefined) {
    this.#place = place;
    this.#server = new Server(OPTIONS);
    const { sub, get, version } = handlers;
    this.#server.addService(outputsService, { sub, get });
    this.#server.addService(versionService, { version });
  }

  /** Listens. OutputError with the reason when it cannot. */
  static async listen(config: GrpcConfig, handlers: GrpcHandlers): Promise<GrpcServer> {
    const path = unixPath(config.bindAddress);
    const place = path === undefined ? undefined : new UnixSocketPlace(path);
    const server = new GrpcServer(handlers, place);
    try {
      await server.#bind(config);
      return server;
    } catch (error) {
      await server.close();
      throw error;
    }
  }

  async #bind(config: GrpcConfig): Promise<void> {
    const place = this.#place;
    if (place === undefined) {
      await this.#bindTo(config.bindAddress, mutualTls(config));
      return;
    }
    await this.#bindTo(`unix:${place.temporaryPath}`, ServerCredentials.createInsecure());
    await place.take();
    this.#isTaken = true;
  }

  async #bindTo(address: string, credentials: ServerCredentials): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#server.bindAsync(address, credentials, (error) => {
        if (error === null) resolve();
        else reject(new OutputError(`cannot listen on ${address}: ${error.message}`));
      });
    });
  }

  /** Calls that have ended their streams are let go, others are ended. */
  async close(): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, SHUTDOWN_MS);
      this.#server.tryShutdown(() => {
        clearTimeout(timer);
        resolve();
      });
    });
    this.#server.forceShutdown();
    this.#place?.release(this.#isTaken);
  }
}

/** Of `unix:///path` and `unix:path`; undefined for all other addresses. */
function unixPath(address: string): string | undefined {
  return /^unix:(?:\/\/)?(.+)$/.exec(address)?.[1];
}

function mutualTls({ privateKey, certChain, rootCerts }: GrpcConfig): ServerCredentials {
  const pair = {
    private_key: readNamed('private_key', privateKey),
    cert_chain: readNamed('cert_chain', certChain),
  };
  try {
    return ServerCredentials.createSsl(readNamed('root_certs', rootCerts), [pair], true);
  } catch (cause) {
    if (cause instanceof OutputError) throw cause;
    throw new OutputError(`its certificates cannot be used: ${reasonOf(cause)}`, { cause });
  }
}

function readNamed(key: string, path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (cause) {
    throw new OutputError(`${key}: cannot read ${path}: ${reasonOf(cause)}`, { cause });
  }
}
