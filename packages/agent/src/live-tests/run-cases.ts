/**
 * For tests: runs cases for real while one agent watches, and gives each the alerts that came of
 * it. Whatever a case starts has the case's key in its environment, and every alert tells the key
 * of the process that it is about.
 */

import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { atHome } from './cgroup-homes.ts';
import { ContainerFixture, containerPlaces } from './container-fixture.ts';
import { LiveAgent, type LiveAlert } from './live-agent.ts';
import type { LiveCase, Place } from './live-case.ts';
import { PRELUDE } from './shell-text.ts';

const KEY_VARIABLE = 'SAKER_CASE';
/** What alerts call the key of their case. */
const KEY_FIELD = 'case';
/** Beside what the rules' outputs name. */
const extraFields = [
  { [KEY_FIELD]: `%proc.env[${KEY_VARIABLE}]` },
  'container.duration',
  'container.label[tier]',
  'container.privileged',
  'container.type',
  'fd.cport',
  'fd.rip',
  'fd.sip',
  'fd.sport',
  'k8s.pod.label[tier]',
  'k8s.pod.uid',
  'proc.aname[2]',
  'proc.pid',
  'proc.ppid',
  'proc.vpid',
];
/** Every rule says what it has to say about an event, those too that are off by default. */
const watchesAll = {
  rule_matching: 'all',
  // 64 MiB: other tests may keep both processors busy for a while.
  engine: { modern_ebpf: { buf_size_preset: 7 } },
  rules: [{ enable: { rule: '*' } }],
  append_output: [{ suggested_output: true }, { extra_fields: extraFields }],
};

const READY_MS = 20_000;
/** Longer than alerts wait for the name of a container. */
const READY_LOOK_MS = 1000;
const CASE_MS = 15_000;
/** How long the last alerts may take. */
const ALERTS_MS = 5000;

export interface CaseResult {
  /** Alerts about processes of the case. */
  readonly alerts: readonly LiveAlert[];
  /** What the script said of its troubles. */
  readonly stderr: string;
  /** Text that `{folder}` in expectations stands for. */
  readonly folder: string;
  /** Records that the agent lost, of all cases together. */
  readonly lost: number;
}

export interface LiveRunOptions {
  readonly rules: readonly string[];
  /** Items of one more rule file, behind the others. */
  readonly tuning?: readonly object[];
  /** Whether cases of containers are among those that are run. Default: false. */
  readonly containers?: boolean;
}

export class LiveRun {
  readonly agent: LiveAgent;
  readonly #scratch: string;
  readonly #containers: ContainerFixture | undefined;
  #runs = 0;

  private constructor(scratch: string, agent: LiveAgent, containers: ContainerFixture | undefined) {
    this.#scratch = scratch;
    this.agent = agent;
    this.#containers = containers;
  }

  /** The agent watches, and the containers run. */
  static async start(options: LiveRunOptions): Promise<LiveRun> {
    const scratch = realpathSync(mkdtempSync(join(tmpdir(), 'saker-live-')));
    writeFileSync(join(scratch, 'prelude.bash'), PRELUDE);
    const hasContainers = options.containers === true;
    const containers = hasContainers ? await ContainerFixture.start(scratch) : undefined;
    const config = join(scratch, 'saker.yaml');
    writeFileSync(config, JSON.stringify({ ...watchesAll, ...containers?.config }));
    const tuning = join(scratch, 'tuning.yaml');
    writeFileSync(tuning, JSON.stringify(options.tuning ?? []));
    const agent = new LiveAgent({ rules: [...options.rules, tuning], config });
    const run = new LiveRun(scratch, agent, containers);
    try {
      await run.#begin();
      return run;
    } catch (error) {
      await run.close();
      throw error;
    }
  }

  /**
   * Runs them one after the other, the slow ones beside, and gives each its alerts. The agent has
   * ended then: some of its last alerts may have waited for the name of a container.
   */
  async run(cases: readonly LiveCase[]): Promise<ReadonlyMap<LiveCase, CaseResult>> {
    const ran = new Map<LiveCase, { key: string; stderr: string; folder: string }>();
    const start = async (entry: LiveCase): Promise<void> => {
      const key = `case-${++this.#runs}`;
      const folder = join(this.#scratch, key);
      ran.set(entry, { key, folder, stderr: await this.#run(key, entry) });
    };
    const slow = cases.filter((entry) => entry.slow === true).map(start);
    // oxlint-disable-next-line no-await-in-loop -- one after the other, not to disturb each other
    for (const entry of cases) if (entry.slow !== true) await start(entry);
    await Promise.all(slow);
    await this.#settle();
    const { stderr: told } = await this.agent.stop();
    const lost = Number(/lost: (\d+)/u.exec(told)?.[1]);
    const alertsOf = Map.groupBy(this.agent.alerts, (alert) => alert.output_fields[KEY_FIELD]);
    return new Map(
      [...ran].map(([entry, { key, stderr, folder }]) => [
        entry,
        { alerts: alertsOf.get(key) ?? [], stderr, folder, lost },
      ]),
    );
  }

  async close(): Promise<void> {
    await this.#containers?.stop();
    await this.agent.stop();
    rmSync(this.#scratch, { recursive: true, force: true });
  }

  async #begin(): Promise<void> {
    await this.#ready('host', () => true);
    if (this.#containers === undefined) return;
    await this.#containers.startContainers();
    // Their names, too: what rules ask of a container, they ask when an event comes.
    const hasName = (alert: LiveAlert): boolean => alert.output_fields['container.name'] !== null;
    await Promise.all(containerPlaces.map((place) => this.#ready(place, hasName)));
  }

  /** An action that the public rules have an alert for is repeated until one comes that `suits`. */
  async #ready(place: Place, suits: (alert: LiveAlert) => boolean): Promise<void> {
    const end = performance.now() + READY_MS;
    while (performance.now() < end) {
      // oxlint-disable-next-line no-await-in-loop -- one attempt after the other
      const alert = await this.#alertOf(`ready-${place}`, place, READY_LOOK_MS);
      if (alert !== undefined && suits(alert)) return;
    }
    throw new Error(`no alert of ${place} in ${READY_MS} ms: ${this.agent.stderr}`);
  }

  /** Events keep their order: when the alert of a last action is there, all others are. */
  async #settle(): Promise<void> {
    if ((await this.#alertOf('last', 'host', ALERTS_MS)) !== undefined) return;
    throw new Error(`the last alert did not come in ${ALERTS_MS} ms: ${this.agent.stderr}`);
  }

  /** The newest one of the key. */
  async #alertOf(key: string, place: Place, timeoutMs: number): Promise<LiveAlert | undefined> {
    const isOfKey = (alert: LiveAlert): boolean => alert.output_fields[KEY_FIELD] === key;
    const { alerts } = this.agent;
    const before = alerts.length;
    await this.#run(key, { place, run: 'cat /etc/shadow' });
    return this.agent.alert(
      (alert) => isOfKey(alert) && alerts.indexOf(alert) >= before,
      timeoutMs,
    );
  }

  /** What the script writes to its standard error, and how it ended if it was killed. */
  async #run(
    key: string,
    { place = 'host', run }: Pick<LiveCase, 'place' | 'run'>,
  ): Promise<string> {
    const folder = join(this.#scratch, key);
    mkdirSync(folder, { recursive: true });
    if (place === 'host') return this.#runHere(key, run, {});
    if (this.#containers === undefined) throw new Error(`there are no containers for ${key}`);
    if (place === 'runtime') return this.#runHere(key, run, this.#containers.environment);
    writeFileSync(join(folder, 'script'), run);
    const problem = await this.#containers.run(place, key);
    return problem === '' ? readFileSync(join(folder, 'stderr'), 'utf8') : problem;
  }

  #runHere(
    key: string,
    script: string,
    environment: Readonly<Record<string, string>>,
  ): Promise<string> {
    const folder = join(this.#scratch, key);
    const child = spawn('bash', atHome(script), {
      cwd: folder,
      env: {
        [KEY_VARIABLE]: key,
        FOLDER: folder,
        BASH_ENV: join(this.#scratch, 'prelude.bash'),
        PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
        ...environment,
      },
      stdio: ['ignore', 'ignore', 'pipe'],
      detached: true,
      timeout: CASE_MS,
      killSignal: 'SIGKILL',
    });
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    return new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (_code, signal) => {
        resolve(signal === null ? stderr : `${stderr}\nended by ${signal}`);
      });
    });
  }
}
