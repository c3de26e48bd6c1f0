/**
 * For tests only: real container runtimes, started by the test in a folder of their own and gone
 * after it. They touch nothing of the machine but its kernel: own sockets, own data, no network, no
 * firewall rules; images are made here, from busybox.
 *
 *     const docker = await TestDocker.start();
 *     try { await docker.run('web', ['--label', 'tier=front'], ['sleep', '60']); ... }
 *     finally { await docker.stop(); }
 */

import {
  accessSync,
  chmodSync,
  constants,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { command, Daemon } from './daemon.ts';

/** The image that all of them have. */
export const TEST_IMAGE = 'saker-test/busybox:1.0';
/** Where Debian puts daemons, which is not in the path of every user. */
const SYSTEM_FOLDERS = ['/usr/sbin', '/sbin', '/usr/local/sbin'];
const CAP_SYS_RESOURCE = 24n;

/** For `test(name, { skip: skipWithoutRuntimes('dockerd'), ...)`: false, or the reason. */
export function skipWithoutRuntimes(...daemons: readonly string[]): false | string {
  if (process.platform !== 'linux') return 'container runtimes need Linux';
  if (process.getuid?.() !== 0) return 'container runtimes need root';
  const needed = [...daemons, 'containerd', 'ctr', 'runc', 'busybox'];
  const missing = needed.filter((name) => findProgram(name) === undefined);
  return missing.length === 0 ? false : `${missing.join(', ')} not installed`;
}

export function findProgram(name: string): string | undefined {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), ...SYSTEM_FOLDERS];
  return folders.map((folder) => join(folder, name)).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

function program(name: string): string {
  const path = findProgram(name);
  if (path === undefined) throw new Error(`${name} is not installed`);
  return path;
}

/** containerd with its CRI service. Containers of `ctr` need `--snapshotter native`. */
export class TestContainerd {
  readonly folder: string;
  readonly socketPath: string;
  readonly runc: string;
  #daemon: Daemon | undefined = undefined;

  private constructor(folder: string) {
    this.folder = folder;
    this.socketPath = join(folder, 'containerd.sock');
    this.runc = runcOf(folder);
  }

  /** Without any image: `importImage` makes one. */
  static async start(): Promise<TestContainerd> {
    // Paths of sockets have at most 107 bytes: the folder's is short.
    const containerd = new TestContainerd(mkdtempSync(join(tmpdir(), 'sk-')));
    await orUndo(containerd, () => containerd.startDaemon());
    return containerd;
  }

  /** Again, after `stopDaemon`: containers have stayed. */
  async startDaemon(): Promise<void> {
    const { folder } = this;
    const config = join(folder, 'containerd.toml');
    writeFileSync(config, containerdConfig(folder, this.socketPath, this.runc));
    this.#daemon = await Daemon.start({
      command: program('containerd'),
      args: ['--config', config],
      logPath: join(folder, 'containerd.log'),
      isReady: () => succeeds(this.ctr('default', 'version')),
    });
  }

  async stopDaemon(): Promise<void> {
    await this.#daemon?.stop();
    this.#daemon = undefined;
  }

  ctr(namespace: string, ...args: readonly string[]): Promise<string> {
    return command(program('ctr'), ['-a', this.socketPath, '-n', namespace, ...args]);
  }

  /** TEST_IMAGE for a namespace, as `docker.io/saker-test/busybox:1.0`. */
  async importImage(namespace: string): Promise<void> {
    const options = ['--snapshotter', 'native'];
    await this.ctr(namespace, 'images', 'import', ...options, await ociArchive(this.folder));
  }

  /** A container that runs in the background; `options` are those of `ctr run`. */
  async run(
    namespace: string,
    id: string,
    options: readonly string[],
    argv: readonly string[],
  ): Promise<void> {
    const image = `docker.io/${TEST_IMAGE}`;
    const fixed = ['--detach', '--snapshotter', 'native', '--runc-binary', this.runc];
    await this.ctr(namespace, 'run', ...fixed, ...options, image, id, ...argv);
  }

  async stop(): Promise<void> {
    for (const namespace of await namesFrom(this.ctr('default', 'namespaces', 'list', '-q'))) {
      for (const id of await namesFrom(this.ctr(namespace, 'tasks', 'list', '-q'))) {
        await succeeds(this.ctr(namespace, 'tasks', 'delete', '--force', id));
      }
      for (const id of await namesFrom(this.ctr(namespace, 'containers', 'list', '-q'))) {
        await succeeds(this.ctr(namespace, 'containers', 'delete', id));
      }
    }
    await this.stopDaemon();
    await removeFolder(this.folder);
  }
}

/** dockerd over a containerd of its own, with TEST_IMAGE. Containers have no network. */
export class TestDocker {
  readonly containerd: TestContainerd;
  readonly socketPath: string;
  #daemon: Daemon | undefined = undefined;

  private constructor(containerd: TestContainerd) {
    this.containerd = containerd;
    this.socketPath = join(containerd.folder, 'docker.sock');
  }

  static async start(): Promise<TestDocker> {
    const docker = new TestDocker(await TestContainerd.start());
    await orUndo(docker, async () => {
      await docker.startDaemon();
      await docker.docker('import', await rootfsArchive(docker.containerd.folder), TEST_IMAGE);
    });
    return docker;
  }

  /** Again, after `stopDaemon`. */
  async startDaemon(): Promise<void> {
    const { folder, socketPath, runc } = this.containerd;
    const config = join(folder, 'docker.json');
    writeFileSync(config, '{}');
    this.#daemon = await Daemon.start({
      command: program('dockerd'),
      args: [
        `--config-file=${config}`,
        `--containerd=${socketPath}`,
        `--host=unix://${this.socketPath}`,
        `--data-root=${join(folder, 'docker')}`,
        `--exec-root=${join(folder, 'exec')}`,
        `--pidfile=${join(folder, 'docker.pid')}`,
        `--add-runtime=test=${runc}`,
        '--default-runtime=test',
        '--storage-driver=vfs',
        '--iptables=false',
        '--bridge=none',
        '--shutdown-timeout=1',
        '--live-restore',
      ],
      logPath: join(folder, 'docker.log'),
      isReady: () => succeeds(this.docker('version')),
    });
  }

  /** Its containers go on, as with any dockerd that has `live-restore`. */
  async stopDaemon(): Promise<void> {
    await this.#daemon?.stop();
    this.#daemon = undefined;
  }

  docker(...args: readonly string[]): Promise<string> {
    const environment = { DOCKER_HOST: `unix://${this.socketPath}`, DOCKER_CONFIG: '/nonexistent' };
    return command(program('docker'), args, environment);
  }

  /** A container that runs in the background; its full id. `options` are those of `docker run`. */
  run(name: string, options: readonly string[], argv: readonly string[]): Promise<string> {
    const fixed = ['--detach', '--network', 'none', '--name', name];
    return this.docker('run', ...fixed, ...options, TEST_IMAGE, ...argv);
  }

  async stop(): Promise<void> {
    const ids = await namesFrom(this.docker('ps', '--all', '--quiet'));
    if (ids.length > 0) await succeeds(this.docker('rm', '--force', ...ids));
    await this.stopDaemon();
    await this.containerd.stop();
  }
}

async function orUndo(
  runtime: { stop(): Promise<void> },
  start: () => Promise<void>,
): Promise<void> {
  try {
    await start();
  } catch (error) {
    await runtime.stop();
    throw error;
  }
}

async function succeeds(call: Promise<unknown>): Promise<boolean> {
  try {
    await call;
    return true;
  } catch {
    return false;
  }
}

/** One a line; none when the command fails: what is not there needs no clearing up. */
async function namesFrom(call: Promise<string>): Promise<string[]> {
  try {
    return (await call).split('\n').filter((line) => line !== '');
  } catch {
    return [];
  }
}

/**
 * Where we do not have CAP_SYS_RESOURCE ourselves, as in many build containers, runc cannot give it
 * to a privileged container: then it is taken from what runc is told to give.
 */
function runcOf(folder: string): string {
  const runc = program('runc');
  const bounding = /^CapBnd:\s*(\w+)/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
  if ((BigInt(`0x${bounding}`) >> CAP_SYS_RESOURCE) % 2n === 1n) return runc;
  const wrapper = join(folder, 'runc');
  const script = `#!/bin/sh
previous=
for word; do
  [ "$previous" = --bundle ] && sed -i \\
    -e 's/,"CAP_SYS_RESOURCE"//g' -e 's/"CAP_SYS_RESOURCE",//g' "$word/config.json"
  previous=$word
done
exec ${runc} "$@"
`;
  writeFileSync(wrapper, script);
  chmodSync(wrapper, 0o755);
  return wrapper;
}

function containerdConfig(folder: string, socketPath: string, runc: string): string {
  const cri = 'plugins."io.containerd.grpc.v1.cri"';
  return `version = 2
root = "${join(folder, 'root')}"
state = "${join(folder, 'state')}"
[grpc]
  address = "${socketPath}"
[${cri}]
  sandbox_image = "docker.io/${TEST_IMAGE}"
  restrict_oom_score_adj = true
  stream_server_port = "0"
[${cri}.cni]
  bin_dir = "${folder}"
  conf_dir = "${folder}"
[${cri}.containerd]
  snapshotter = "native"
  default_runtime_name = "runc"
[${cri}.containerd.runtimes.runc]
  runtime_type = "io.containerd.runc.v2"
[${cri}.containerd.runtimes.runc.options]
  BinaryName = "${runc}"
`;
}

/** busybox under all its names, and the files that programs expect of a system. */
async function rootfsArchive(folder: string): Promise<string> {
  const archive = join(folder, 'rootfs.tar');
  const root = join(folder, 'rootfs');
  for (const name of ['bin', 'etc', 'root', 'tmp', 'usr/bin', 'var']) {
    mkdirSync(join(root, name), { recursive: true });
  }
  copyFileSync(program('busybox'), join(root, 'bin/busybox'));
  const applets = (await command(program('busybox'), ['--list'])).split('\n');
  for (const applet of applets) {
    if (applet !== 'busybox') symlinkSync('busybox', join(root, 'bin', applet));
  }
  writeFileSync(join(root, 'etc/passwd'), 'root:x:0:0:root:/root:/bin/sh\napp:x:1000:1000::/:\n');
  writeFileSync(join(root, 'etc/group'), 'root:x:0:\napp:x:1000:\n');
  writeFileSync(join(root, 'etc/shadow'), 'root:*:19000:0:99999:7:::\n', { mode: 0o600 });
  await command('tar', ['-C', root, '-cf', archive, '.']);
  rmSync(root, { recursive: true });
  return archive;
}

/** The same as an image in the layout of `docker save`. */
async function ociArchive(folder: string): Promise<string> {
  const layer = await rootfsArchive(folder);
  const image = join(folder, 'image');
  mkdirSync(image, { recursive: true });
  const digest = (await command('sha256sum', [layer])).slice(0, 64);
  const config = {
    architecture: process.arch === 'arm64' ? 'arm64' : 'amd64',
    os: 'linux',
    config: { Cmd: ['/bin/sleep', '1000000'], Env: ['PATH=/bin'] },
    rootfs: { type: 'layers', diff_ids: [`sha256:${digest}`] },
  };
  const manifest = [{ Config: 'config.json', RepoTags: [TEST_IMAGE], Layers: ['layer.tar'] }];
  copyFileSync(layer, join(image, 'layer.tar'));
  writeFileSync(join(image, 'config.json'), JSON.stringify(config));
  writeFileSync(join(image, 'manifest.json'), JSON.stringify(manifest));
  const archive = join(folder, 'image.tar');
  await command('tar', ['-C', image, '-cf', archive, '.']);
  rmSync(image, { recursive: true });
  return archive;
}

/** With everything that still lives below it: shims of containers, and mounts. */
async function removeFolder(folder: string): Promise<void> {
  for (const name of readdirSync('/proc')) {
    if (/^\d+$/.test(name) && Number(name) !== process.pid && livesBelow(name, folder)) {
      process.kill(Number(name), 'SIGKILL');
    }
  }
  const mounts = readFileSync('/proc/self/mountinfo', 'utf8').split('\n');
  const below = mounts
    .map((line) => line.split(' ')[4] ?? '')
    .filter((at) => at.startsWith(folder));
  for (const at of below.toReversed()) await succeeds(command('umount', ['--lazy', at]));
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}

function livesBelow(pid: string, folder: string): boolean {
  try {
    const argv = readFileSync(`/proc/${pid}/cmdline`, 'latin1').split('\0');
    const isShim = argv[0]?.includes('containerd-shim') === true;
    return isShim ? argv.some((word) => word.startsWith(folder)) : isBelow(pid, folder);
  } catch {
    // It has gone in the meantime.
    return false;
  }
}

function isBelow(pid: string, folder: string): boolean {
  return readlinkSync(`/proc/${pid}/cwd`).startsWith(`${folder}/`);
}
