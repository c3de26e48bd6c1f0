/** For tests: a client of Falco's gRPC services, made from their description. */

import { join } from 'node:path';
import {
  type ChannelCredentials,
  type ClientDuplexStream,
  type ClientReadableStream,
  credentials,
  loadPackageDefinition,
  type ServiceClientConstructor,
} from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';

export interface ReceivedAlert {
  readonly time: { readonly seconds: string; readonly nanos: number };
  readonly priority: string;
  readonly source_deprecated: string;
  readonly rule: string;
  readonly output: string;
  readonly output_fields: Readonly<Record<string, string>>;
  readonly hostname: string;
  readonly tags: readonly string[];
  readonly source: string;
}

type Empty = Readonly<Record<string, never>>;

interface OutputsClient {
  sub(): ClientDuplexStream<Empty, ReceivedAlert>;
  get(request: Empty): ClientReadableStream<ReceivedAlert>;
}

interface VersionClient {
  version(request: Empty, answer: (error: Error | null, value?: unknown) => void): void;
}

const OPTIONS = { keepCase: true, longs: String, enums: String, defaults: true };

function service(file: string, name: string): ServiceClientConstructor {
  const folder = join(import.meta.dirname, 'testdata');
  const loaded = loadSync(join(folder, file), { ...OPTIONS, includeDirs: [folder] });
  const { falco } = loadPackageDefinition(loaded);
  const packages = falco as unknown as Record<string, Record<string, ServiceClientConstructor>>;
  return packages[name]!['service']!;
}

export class FalcoClient {
  readonly #outputs: InstanceType<ServiceClientConstructor>;
  readonly #version: InstanceType<ServiceClientConstructor>;

  constructor(address: string, channel: ChannelCredentials = credentials.createInsecure()) {
    this.#outputs = new (service('outputs.proto', 'outputs'))(address, channel);
    this.#version = new (service('version.proto', 'version'))(address, channel);
  }

  /** A subscriber that has asked and reads, until it is paused or cancelled. */
  subscribe(): TestSubscriber {
    return new TestSubscriber((this.#outputs as unknown as OutputsClient).sub());
  }

  /** What was kept, up to now. */
  async get(): Promise<ReceivedAlert[]> {
    const call = (this.#outputs as unknown as OutputsClient).get({});
    const alerts: ReceivedAlert[] = [];
    call.on('data', (alert: ReceivedAlert) => alerts.push(alert));
    return new Promise((resolve, reject) => {
      call.on('end', () => resolve(alerts));
      call.on('error', reject);
    });
  }

  async version(): Promise<unknown> {
    return new Promise((resolve, reject) => {
      (this.#version as unknown as VersionClient).version({}, (error, value) =>
        error === null ? resolve(value) : reject(error),
      );
    });
  }

  close(): void {
    this.#outputs.close();
    this.#version.close();
  }
}

export class TestSubscriber {
  readonly alerts: ReceivedAlert[] = [];
  hasEnded = false;
  error: Error | undefined = undefined;
  readonly #call: ClientDuplexStream<Empty, ReceivedAlert>;

  constructor(call: ClientDuplexStream<Empty, ReceivedAlert>) {
    this.#call = call;
    call.on('data', (alert: ReceivedAlert) => this.alerts.push(alert));
    call.on('end', () => {
      this.hasEnded = true;
    });
    call.on('error', (error: Error) => {
      this.error = error;
    });
    call.write({});
  }

  get outputs(): readonly string[] {
    return this.alerts.map(({ output }) => output);
  }

  /** It stays and does not read. */
  pause(): void {
    this.#call.pause();
  }

  resume(): void {
    this.#call.resume();
  }

  cancel(): void {
    this.#call.cancel();
  }
}
