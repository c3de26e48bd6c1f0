/**
 * For tests only: pods in a TestContainerd, made through CRI as a kubelet makes them. They share
 * the network of the host, since there is no network plugin.
 */

import { GrpcSession } from '../enrich/grpc/grpc-session.ts';
import { encodeMessage, textMapInput } from '../enrich/grpc/protobuf.ts';
import { TEST_IMAGE, type TestContainerd } from './runtimes.ts';

const SERVICE = '/runtime.v1.RuntimeService';
const HOST_NETWORK = 2;

export interface PodContainerOptions {
  readonly name: string;
  readonly argv: readonly string[];
  readonly labels?: Readonly<Record<string, string>>;
  readonly privileged?: boolean;
  readonly memoryLimitBytes?: number;
  /** Paths of the host, by the path in the container; read-only. */
  readonly mounts?: Readonly<Record<string, string>>;
}

export class TestPod {
  readonly sandboxId: string;
  readonly #session: GrpcSession;
  readonly #config: Uint8Array;

  private constructor(session: GrpcSession, config: Uint8Array, sandboxId: string) {
    this.#session = session;
    this.#config = config;
    this.sandboxId = sandboxId;
  }

  /** The image has to be in the namespace `k8s.io` already. */
  static async start(
    containerd: TestContainerd,
    name: string,
    labels: Readonly<Record<string, string>> = {},
  ): Promise<TestPod> {
    const session = new GrpcSession(containerd.socketPath);
    const metadata = encodeMessage([1, name], [2, `uid-of-${name}`], [3, 'test-namespace']);
    const namespaces = encodeMessage([1, HOST_NETWORK]);
    const security = encodeMessage([1, namespaces], [6, true]);
    const config = encodeMessage(
      [1, metadata],
      [3, containerd.folder],
      [6, textMapInput(new Map(Object.entries(labels)))],
      [8, encodeMessage([2, security])],
    );
    const request = encodeMessage([1, config]);
    const answer = await session.call({ method: `${SERVICE}/RunPodSandbox`, request });
    return new TestPod(session, config, answer.text(1));
  }

  /** Its full id. */
  async run(options: PodContainerOptions): Promise<string> {
    const { name, argv, labels = {}, mounts = {}, privileged = false } = options;
    const resources = encodeMessage([4, options.memoryLimitBytes ?? 0]);
    const config = encodeMessage(
      [1, encodeMessage([1, name])],
      [2, encodeMessage([1, `docker.io/${TEST_IMAGE}`])],
      [3, argv],
      [7, Object.entries(mounts).map(([to, from]) => encodeMessage([1, to], [2, from], [3, true]))],
      [9, textMapInput(new Map(Object.entries(labels)))],
      [11, `${name}.log`],
      [15, encodeMessage([1, resources], [2, encodeMessage([2, privileged])])],
    );
    const request = encodeMessage([1, this.sandboxId], [2, config], [3, this.#config]);
    const created = await this.#session.call({ method: `${SERVICE}/CreateContainer`, request });
    const id = created.text(1);
    await this.#call('StartContainer', id);
    return id;
  }

  async removeContainer(id: string): Promise<void> {
    await this.#call('StopContainer', id);
    await this.#call('RemoveContainer', id);
  }

  /** With its containers. */
  async stop(): Promise<void> {
    await this.#call('StopPodSandbox', this.sandboxId);
    await this.#call('RemovePodSandbox', this.sandboxId);
    this.#session.close();
  }

  async #call(method: string, id: string): Promise<void> {
    await this.#session.call({ method: `${SERVICE}/${method}`, request: encodeMessage([1, id]) });
  }
}
