/**
 * What somebody does in the first hour with Falco, with Saker in its place: the configuration in
 * /etc/falco, a container with a shell in it, rules of one's own, JSON, reloads, gRPC, metrics.
 */

import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { inTurn } from '@saker/sensor/testing.ts';
import { FalcoClient } from '../outputs/grpc/falco-client.cases.ts';
import { skipWithoutRuntimes, TEST_IMAGE, TestDocker } from '../testing/runtimes.ts';
import { atHome } from './cgroup-homes.ts';
import { asInstalled, skipWithoutSensor, within } from './live-agent.ts';
import { quoted } from './shell-text.ts';

const INSTALLED = '/etc/falco';
const READY_MS = 20_000;
const SOON_MS = 10_000;
const HUNDRED = 100;
/** What the tools of the host need, mounted into containers. */
const TOOLS = ['/usr:/usr:ro', '/usr/lib:/lib:ro', '/usr/lib64:/lib64:ro'];
const POD = { 'io.kubernetes.pod.name': 'web-0', 'io.kubernetes.pod.namespace': 'shop' };

const RULES = `
- macro: spawned_process
  condition: evt.type in (execve, execveat) and evt.dir = <

- macro: container
  condition: container.id != host

- rule: Terminal shell in container
  desc: A shell was used in a container with an attached terminal.
  condition: spawned_process and container and proc.name = bash and proc.tty != 0
  output: >
    A shell was spawned in a container with an attached terminal (user=%user.name
    user_loginuid=%user.loginuid %container.info shell=%proc.name parent=%proc.pname
    cmdline=%proc.cmdline terminal=%proc.tty container_id=%container.id
    image=%container.image.repository)
  priority: NOTICE
  tags: [container, shell]

- rule: Unexpected program in nginx
  desc: Something else than nginx runs in its container.
  condition: spawned_process and container and container.image startswith nginx and not proc.name in (nginx)
  output: unexpected %proc.name in %container.name
  priority: INFO

- rule: Curl
  desc: curl is used.
  condition: evt.type = execve and proc.name == curl
  output: curl by %user.name with %proc.args
  priority: WARNING
  tags: [network]

- rule: Privileged container
  desc: A privileged container is started.
  condition: evt.type = container and container.privileged = true
  output: privileged %container.name mounts=%container.mounts
  priority: INFO

- rule: Sensitive mount
  desc: A container has the home of root.
  condition: evt.type = container and container.mount[/root] exists
  output: sensitive mount %container.name mounts=%container.mounts
  priority: INFO
`;

const LOCAL_RULES = `
- rule: Curl
  append: true
  condition: and user.name=root
`;

const CONDITION = 'evt.type = execve and user.name = root';

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  assert.ok(address !== null && typeof address === 'object');
  return address.port;
}

/** The agent, which finds its configuration where Falco's package puts it. */
class Installation {
  readonly folder: string = mkdtempSync(join(tmpdir(), 'sk-fx-'));
  readonly etc: string = join(this.folder, 'etc');
  readonly log: string = join(this.folder, 'events.log');
  readonly pidFile: string = join(this.folder, 'falco.pid');
  readonly socket: string = join(this.folder, 'falco.sock');
  port = 0;
  docker: TestDocker | undefined = undefined;
  stderr = '';
  #child: ChildProcess | undefined = undefined;
  #madeInstalled = false;

  async start(): Promise<void> {
    mkdirSync(this.etc);
    writeFileSync(join(this.etc, 'falco_rules.yaml'), RULES);
    writeFileSync(join(this.etc, 'falco_rules.local.yaml'), LOCAL_RULES);
    this.port = await freePort();
    this.docker = await TestDocker.start();
    await this.docker.docker('tag', TEST_IMAGE, 'nginx');
    // Its name is what matters.
    copyFileSync('/usr/bin/sleep', join(this.folder, 'nginx'));
    chmodSync(join(this.folder, 'nginx'), 0o755);
    this.configure({ json: false });
    if (!existsSync(INSTALLED)) {
      mkdirSync(INSTALLED);
      this.#madeInstalled = true;
    }
    const mount = `mount --bind ${quoted(this.etc)} ${INSTALLED}`;
    const run = `exec ${asInstalled.map(quoted).join(' ')} --pidfile ${quoted(this.pidFile)}`;
    this.#child = spawn('unshare', ['--mount', 'bash', '-c', `${mount} && ${run}`], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.stderr += text;
    });
    const isReady = await within(READY_MS, () => {
      onHost('curl --version');
      return this.lines('curl by root').length > 0 || undefined;
    });
    assert.ok(isReady, this.stderr);
  }

  configure({ json }: { readonly json: boolean }): void {
    const engines = {
      docker: { enabled: true, sockets: [this.docker?.socketPath] },
      podman: { enabled: false },
      containerd: { enabled: false },
      cri: { enabled: false },
    };
    const config = {
      rules_files: [join(INSTALLED, 'falco_rules.yaml'), join(INSTALLED, 'falco_rules.local.yaml')],
      json_output: json,
      append_output: [],
      watch_config_files: false,
      log_syslog: false,
      stdout_output: { enabled: false },
      syslog_output: { enabled: false },
      file_output: { enabled: true, keep_alive: false, filename: this.log },
      webserver: {
        enabled: true,
        listen_port: this.port,
        listen_address: '127.0.0.1',
        prometheus_metrics_enabled: true,
      },
      metrics: { enabled: true, output_rule: false },
      grpc: { enabled: true, bind_address: `unix://${this.socket}`, threadiness: 0 },
      grpc_output: { enabled: true },
      load_plugins: ['container'],
      plugins: [{ name: 'container', library_path: 'libcontainer.so', init_config: { engines } }],
    };
    writeFileSync(join(this.etc, 'falco.yaml'), JSON.stringify(config));
  }

  /** Of the log of alerts, those with this text. */
  lines(text: string): readonly string[] {
    if (!existsSync(this.log)) return [];
    return readFileSync(this.log, 'utf8')
      .split('\n')
      .filter((line) => line.includes(text));
  }

  async line(text: string): Promise<string> {
    const [line] = (await within(SOON_MS, () => {
      const found = this.lines(text);
      return found.length > 0 ? found : undefined;
    })) ?? [''];
    assert.ok(line, `no alert with "${text}": ${this.stderr}`);
    return line;
  }

  run(name: string, options: readonly string[], image = 'nginx'): Promise<string> | undefined {
    const volumes = [...TOOLS, `${this.folder}:/folder`].flatMap((volume) => ['-v', volume]);
    const fixed = ['--detach', '--network', 'none', '--name', name, ...volumes];
    return this.docker?.docker('run', ...fixed, ...options, image, '/folder/nginx', '600');
  }

  /** As a person types it, with a terminal. */
  typeIn(container: string): void {
    const environment = { ...process.env, DOCKER_HOST: `unix://${this.docker?.socketPath}` };
    const typed = `docker exec -it ${container} bash`;
    const { status, stdout } = spawnSync('script', ['-qec', typed, '/dev/null'], {
      input: 'exit\n',
      env: environment,
      timeout: SOON_MS,
    });
    assert.equal(status, 0, String(stdout));
  }

  async stop(): Promise<void> {
    const child = this.#child;
    if (child?.exitCode === null) {
      child.kill('SIGTERM');
      await once(child, 'exit');
    }
    await this.docker?.stop();
    if (this.#madeInstalled) rmdirSync(INSTALLED);
    rmSync(this.folder, { recursive: true });
  }
}

/** In no container, whatever the test itself runs in. */
function onHost(script: string): void {
  spawnSync('bash', atHome(script), { stdio: 'ignore' });
}

const skip = skipWithoutSensor || skipWithoutRuntimes('dockerd', 'docker', 'script', 'curl');

describe("a Falco beginner's exercises", { skip }, () => {
  inTurn();
  const saker = new Installation();
  before(async () => {
    await saker.start();
    await saker.run('example1', []);
  });
  after(async () => saker.stop());

  test('a shell in a container, in one line of the usual shape', async () => {
    saker.typeIn('example1');
    const line = await saker.line('A shell was spawned');
    const time = String.raw`\d\d:\d\d:\d\d\.\d{9}`;
    // runc ends when the shell begins: where it was faster its own parent has the shell already.
    const parent = '(?:runc|containerd-shim)';
    const text =
      'Notice A shell was spawned in a container with an attached terminal ' +
      String.raw`\(user=root user_loginuid=-1 example1 \(id=(\w{12})\) shell=bash parent=${parent} ` +
      String.raw`cmdline=bash terminal=34816 container_id=\1 image=nginx\)`;
    assert.match(line, new RegExp(`^${time}: ${text}$`, 'u'));
    assert.equal(saker.lines('A shell was spawned').length, 1);
  });

  test('everything but nginx in its container', async () => {
    await saker.docker?.docker('exec', 'example1', '/usr/bin/id');
    await saker.line('unexpected id in example1');
    assert.deepEqual(saker.lines('unexpected nginx'), []);
  });

  test('a rule of the local file is narrowed to root', async () => {
    onHost('setpriv --reuid 65534 --clear-groups curl --not-root');
    onHost('curl --as-root');
    await saker.line('curl by root with --as-root');
    assert.deepEqual(saker.lines('--not-root'), []);
  });

  test('--validate twice', () => {
    const files = ['a.yaml', 'b.yaml'].map((name) => join(saker.folder, name));
    const rule = { rule: 'Root', desc: 'd', condition: CONDITION, output: 'o', priority: 'INFO' };
    for (const file of files) writeFileSync(file, JSON.stringify([rule]));
    const [program = ''] = asInstalled;
    const args = files.flatMap((file) => ['--validate', file]);
    const { status, stdout } = spawnSync(program, ['-c', '/dev/null', ...args], {
      encoding: 'utf8',
    });
    assert.equal(stdout, files.map((file) => `${file}: Ok\n`).join(''));
    assert.equal(status, 0);
  });

  test('privileged containers, and those with a sensitive mount, with their mounts', async () => {
    await saker.run('strong', ['--privileged']);
    assert.match(await saker.line('privileged strong'), /mounts=.*\/folder:/u);
    await saker.run('curious', ['-v', '/root:/mnt']);
    assert.match(await saker.line('sensitive mount curious'), /mounts=.*\/root:\/mnt:/u);
    assert.deepEqual(saker.lines('privileged curious'), []);
  });

  test('health', async () => {
    const answer = await fetch(`http://127.0.0.1:${saker.port}/healthz`);
    assert.equal(await answer.text(), '{"status": "ok"}');
  });

  test('kill -1 of the pid in the pidfile reloads: lines are JSON now', async () => {
    saker.configure({ json: true });
    spawnSync('kill', ['-1', readFileSync(saker.pidFile, 'utf8')]);
    assert.ok(
      await within(SOON_MS, () => saker.stderr.includes('Generation 2 of') || undefined),
      saker.stderr,
    );
    onHost('curl --as-json');
    const document = JSON.parse(await saker.line('--as-json')) as Readonly<Record<string, unknown>>;
    assert.deepEqual(Object.keys(document).toSorted(), [
      'hostname',
      'output',
      'output_fields',
      'priority',
      'rule',
      'source',
      'tags',
      'time',
    ]);
    const { rule, priority, source, tags, output_fields: fields } = document;
    assert.deepEqual([rule, priority, source, tags], ['Curl', 'Warning', 'syscall', ['network']]);
    assert.equal((fields as Readonly<Record<string, unknown>>)['user.name'], 'root');
    assert.match(String(document['time']), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z$/u);
  });

  test('a gRPC client on the unix socket is given the alert', async () => {
    const client = new FalcoClient(`unix://${saker.socket}`);
    try {
      const subscriber = client.subscribe();
      const got = await within(SOON_MS, () => {
        onHost('curl --over-grpc');
        return subscriber.alerts.find(({ output }) => output.includes('--over-grpc'));
      });
      assert.equal(got?.rule, 'Curl');
      assert.equal(got.priority, 'WARNING');
      assert.equal(got.output_fields['user.name'], 'root');
      subscriber.cancel();
    } finally {
      client.close();
    }
  });

  test('a scrape shows alerts as falco-exporter did, with rule and pod', async () => {
    const labels = Object.entries(POD).map(([name, value]) => `--label=${name}=${value}`);
    await saker.run('podlike', labels);
    saker.typeIn('podlike');
    const series =
      /^falco_events\{(?=.*k8s_ns_name="shop")(?=.*k8s_pod_name="web-0")(?=.*rule="Terminal shell in container").*\} (\d+)$/mu;
    const found = await within(SOON_MS, async () => {
      const page = await (await fetch(`http://127.0.0.1:${saker.port}/metrics`)).text();
      return series.exec(page)?.[1];
    });
    assert.equal(found, '1', saker.stderr.slice(-HUNDRED * HUNDRED));
  });
});
