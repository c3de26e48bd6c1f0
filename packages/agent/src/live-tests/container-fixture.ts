/**
 * For tests: containers that scripts are run in, and the runtimes that scripts can start more of
 * them with. The tools of the host are mounted into each, so that scripts are the same everywhere.
 */

import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { createInterface, type Interface } from 'node:readline';
import { TEST_IMAGE, TestDocker } from '../testing/runtimes.ts';
import type { Place } from './live-case.ts';

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

/** Of a script, behind which its container asks for the next. */
const SCRIPT_MS = 15_000;
const tools = ['/usr:/usr:ro', '/usr/lib:/lib:ro', '/usr/lib64:/lib64:ro'];
const PATH = '/usr/sbin:/usr/bin:/sbin:/bin';

/** Reads keys, runs `script` of the folder of that name, and repeats the key when it has ended. */
const FEEDER = `
while read -r key; do
  cd "$1/$key"
  SAKER_CASE=$key FOLDER=$PWD BASH_ENV=$1/prelude.bash \\
    setsid --wait bash -c "$(<script)" </dev/null >/dev/null 2>stderr
  echo "$key"
done
`;

export class ContainerFixture {
  readonly #docker: TestDocker;
  readonly scratch: string;
  readonly #feeders = new Map<ContainerPlace, Feeder>();

  private constructor(docker: TestDocker, scratch: string) {
    this.#docker = docker;
    this.scratch = scratch;
  }

  /** `scratch` has the folders of the cases; it is in the containers what it is here. */
  static async start(scratch: string): Promise<ContainerFixture> {
    const docker = await TestDocker.start();
    await docker.containerd.importImage('default');
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
  startContainers(): void {
    const labels = Object.entries(podLabels).map(([key, value]) => `--label=${key}=${value}`);
    this.#feeders.set('container', this.#feeder(PLAIN_NAME, '--label=tier=front'));
    this.#feeders.set('privileged', this.#feeder(PRIVILEGED_NAME, '--privileged', ...labels));
  }

  /** Runs the script of that key; resolves with what went wrong with the container, or "". */
  run(place: ContainerPlace, key: string): Promise<string> {
    const feeder = this.#feeders.get(place);
    if (feeder === undefined) throw new Error(`the containers are not started: ${place}`);
    return feeder.run(key);
  }

  async stop(): Promise<void> {
    for (const feeder of this.#feeders.values()) feeder.end();
    await this.#docker.stop();
  }

  #feeder(name: string, ...options: readonly string[]): Feeder {
    const { scratch } = this;
    const volumes = [...tools, `${scratch}:${scratch}`].map((volume) => `--volume=${volume}`);
    const fixed = ['--rm', '--interactive', '--network=none', `--env=PATH=${PATH}`];
    const words = ['run', `--name=${name}`, ...fixed, ...volumes, ...options, TEST_IMAGE];
    const environment = { ...process.env, ...this.environment };
    return new Feeder([...words, 'bash', '-c', FEEDER, 'bash', scratch], environment);
  }
}

class Feeder {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #lines: Interface;
  #stderr = '';

  constructor(words: readonly string[], environment: NodeJS.ProcessEnv) {
    this.#child = spawn('docker', words, { env: environment });
    this.#lines = createInterface({ input: this.#child.stdout });
    this.#child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr += text;
    });
  }

  /** What went wrong with the container itself, not with the script. */
  async run(key: string): Promise<string> {
    const { promise, resolve } = Promise.withResolvers<string>();
    const fail = (): void => resolve(`it did not end in its container: ${this.#stderr}`);
    const timer = setTimeout(fail, SCRIPT_MS);
    const onLine = (line: string): void => {
      if (line === key) resolve('');
    };
    this.#lines.on('line', onLine);
    this.#child.once('close', fail);
    if (this.#child.exitCode === null) this.#child.stdin.write(`${key}\n`);
    else fail();
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
      this.#lines.off('line', onLine);
      this.#child.off('close', fail);
    }
  }

  end(): void {
    this.#child.kill();
  }
}
