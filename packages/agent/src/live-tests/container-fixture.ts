/**
 * For tests: containers that scripts are run in, and the runtimes that scripts can start more of
 * them with. The tools of the host are mounted into each, so that scripts are the same everywhere.
 */

import { TestPod } from '../testing/pods.ts';
import { TEST_IMAGE, TestDocker } from '../testing/runtimes.ts';
import type { Place } from './live-case.ts';
import { FEEDER, ScriptFeeder } from './script-feeder.ts';

export const containerPlaces = ['container', 'privileged'] as const satisfies readonly Place[];
type ContainerPlace = (typeof containerPlaces)[number];

/** What alerts from these containers say of them. */
export const PLAIN_NAME = 'saker-plain';
export const PRIVILEGED_NAME = 'saker-privileged';
export const podLabels = {
  'io.kubernetes.pod.name': 'web-0',
  'io.kubernetes.pod.namespace': 'shop',
  'io.kubernetes.pod.uid': '3f4c1d6a-9b6e-4c55-8f5e-2d7c1f0a9b11',
} as const;

/** Of a pod that is made as a kubelet makes one. */
export const POD_NAME = 'saker-pod';
export const POD_CONTAINER_NAME = 'saker-app';
/** Where containerd keeps what CRI made. */
const POD_NAMESPACE = 'k8s.io';

const tools = ['/usr:/usr:ro', '/usr/lib:/lib:ro', '/usr/lib64:/lib64:ro'];
const PATH = '/usr/sbin:/usr/bin:/sbin:/bin';

export class ContainerFixture {
  readonly #docker: TestDocker;
  readonly scratch: string;
  #pod: TestPod | undefined;
  #podContainer = '';
  readonly #feeders = new Map<ContainerPlace, ScriptFeeder>();

  private constructor(docker: TestDocker, scratch: string) {
    this.#docker = docker;
    this.scratch = scratch;
  }

  /** `scratch` has the folders of the cases; it is in the containers what it is here. */
  static async start(scratch: string): Promise<ContainerFixture> {
    const docker = await TestDocker.start();
    for (const namespace of ['default', POD_NAMESPACE]) {
      // oxlint-disable-next-line no-await-in-loop -- both write the same files
      await docker.containerd.importImage(namespace);
    }
    return new ContainerFixture(docker, scratch);
  }

  /** What a script on the host needs to know to start containers. */
  get environment(): Readonly<Record<string, string>> {
    const { containerd, socketPath } = this.#docker;
    return {
      DOCKER_HOST: `unix://${socketPath}`,
      DOCKER_CONFIG: '/nonexistent',
      CONTAINERD_ADDRESS: containerd.socketPath,
      RUNC: containerd.runc,
      IMAGE: TEST_IMAGE,
      POD_CONTAINER: this.#podContainer,
    };
  }

  /** Configuration of the agent, which asks these runtimes and no others. */
  get config(): object {
    const { containerd, socketPath } = this.#docker;
    const engines = {
      docker: { enabled: true, sockets: [socketPath] },
      containerd: { enabled: true, sockets: [containerd.socketPath] },
      cri: { enabled: true, sockets: [containerd.socketPath] },
      podman: { enabled: false, sockets: [] },
    };
    const plugin = { name: 'container', library_path: 'libcontainer.so', init_config: { engines } };
    return { plugins: [plugin], load_plugins: ['container'] };
  }

  /** To be called when the agent watches: it shall see them begin. */
  async startContainers(): Promise<void> {
    const labels = Object.entries(podLabels).map(([key, value]) => `--label=${key}=${value}`);
    this.#feeders.set('container', this.#feeder(PLAIN_NAME, '--label=tier=front'));
    this.#feeders.set('privileged', this.#feeder(PRIVILEGED_NAME, '--privileged', ...labels));
    this.#pod = await TestPod.start(this.#docker.containerd, POD_NAME, { tier: 'pods' });
    this.#podContainer = await this.#pod.run({
      name: POD_CONTAINER_NAME,
      argv: ['sleep', '600'],
      labels: { tier: 'middle' },
    });
  }

  /** Runs the script of that key; resolves with what went wrong with the container, or "". */
  run(place: ContainerPlace, key: string): Promise<string> {
    const feeder = this.#feeders.get(place);
    if (feeder === undefined) throw new Error(`the containers are not started: ${place}`);
    return feeder.run(key);
  }

  async stop(): Promise<void> {
    for (const feeder of this.#feeders.values()) feeder.end();
    await this.#pod?.stop();
    await this.#docker.stop();
  }

  #feeder(name: string, ...options: readonly string[]): ScriptFeeder {
    const { scratch } = this;
    const volumes = [...tools, `${scratch}:${scratch}`].map((volume) => `--volume=${volume}`);
    const fixed = ['--rm', '--interactive', '--network=none', `--env=PATH=${PATH}`];
    const words = ['run', `--name=${name}`, ...fixed, ...volumes, ...options, TEST_IMAGE];
    const environment = { ...process.env, ...this.environment };
    return new ScriptFeeder([...words, 'bash', '-c', FEEDER, 'bash', scratch], environment);
  }
}
