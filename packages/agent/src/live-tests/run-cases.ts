/**
 * For tests: runs cases for real while one agent watches, and gives each the alerts that came of
 * it. Whatever a case starts has the case's key in its environment, and every alert tells the key
 * of the process that it is about.
 */

import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cgroupHomes } from './cgroup-homes.ts';
import { LiveAgent, type LiveAlert } from './live-agent.ts';
import type { LiveCase } from './live-case.ts';
import { PRELUDE } from './shell-text.ts';

const KEY_VARIABLE = 'SAKER_CASE';
/** What alerts call the key of their case. */
const KEY_FIELD = 'case';
/** Beside what the rules' outputs name. */
const extraFields = JSON.stringify([
  { [KEY_FIELD]: `%proc.env[${KEY_VARIABLE}]` },
  'fd.cport',
  'fd.rip',
  'fd.sip',
  'fd.sport',
  'proc.pid',
  'proc.ppid',
  'proc.aname[2]',
]);

const READY_MS = 15_000;
const CASE_MS = 15_000;
/** How long the last alerts may take. */
const ALERTS_MS = 5000;

/** Runs its first argument when it has moved to the cgroups that the others name. */
const AT_HOME = `
script=$1
shift
for procs; do echo 0 >"$procs"; done
BASH_ENV=$PRELUDE exec bash -c "$script"
`;

export interface CaseResult {
  /** Alerts about processes of the case. */
  readonly alerts: readonly LiveAlert[];
  /** What the script said of its troubles. */
  readonly stderr: string;
  /** Text that `{folder}` in expectations stands for. */
  readonly folder: string;
}

export class LiveRun {
  readonly agent: LiveAgent;
  /** Of the agent's start to its first alert. */
  firstAlertMs = 0;
  readonly #scratch = realpathSync(mkdtempSync(join(tmpdir(), 'saker-live-')));
  readonly #prelude = join(this.#scratch, 'prelude.bash');
  readonly #homes = cgroupHomes();
  #runs = 0;

  constructor(rules: readonly string[], options: readonly string[] = []) {
    writeFileSync(this.#prelude, PRELUDE);
    const extra = `append_output[]={extra_fields: ${extraFields}}`;
    this.agent = new LiveAgent({ rules, options: ['rule_matching=all', extra, ...options] });
  }

  /** An action that every set of public rules has an alert for is repeated until it comes. */
  async ready(): Promise<void> {
    const started = performance.now();
    const key = 'ready';
    const isReady = (alert: LiveAlert): boolean => alert.output_fields[KEY_FIELD] === key;
    for (let left = READY_MS; left > 0; left = READY_MS - (performance.now() - started)) {
      // oxlint-disable no-await-in-loop -- one attempt after the other
      await this.#run(key, 'cat /etc/shadow >/dev/null');
      if ((await this.agent.alert(isReady, 50)) !== undefined) {
        this.firstAlertMs = performance.now() - started;
        return;
      }
      // oxlint-enable no-await-in-loop
    }
    throw new Error(`no alert in ${READY_MS} ms: ${this.agent.stderr}`);
  }

  /** Runs them one after the other, the slow ones beside, and waits for the alerts of all. */
  async run(cases: readonly LiveCase[]): Promise<ReadonlyMap<LiveCase, CaseResult>> {
    const ran = new Map<LiveCase, { key: string; stderr: string; folder: string }>();
    const start = async (entry: LiveCase): Promise<void> => {
      const key = `case-${++this.#runs}`;
      const folder = join(this.#scratch, key);
      ran.set(entry, { key, folder, stderr: await this.#run(key, entry.run) });
    };
    const slow = cases.filter((entry) => entry.slow === true).map(start);
    // oxlint-disable-next-line no-await-in-loop -- one after the other, not to disturb each other
    for (const entry of cases) if (entry.slow !== true) await start(entry);
    await Promise.all(slow);
    await this.#settle();
    const alertsOf = Map.groupBy(this.agent.alerts, (alert) => alert.output_fields[KEY_FIELD]);
    return new Map(
      [...ran].map(([entry, { key, stderr, folder }]) => [
        entry,
        { alerts: alertsOf.get(key) ?? [], stderr, folder },
      ]),
    );
  }

  async close(): Promise<void> {
    await this.agent.stop();
    rmSync(this.#scratch, { recursive: true, force: true });
  }

  /** Events keep their order: when the alert of a last action is there, all others are. */
  async #settle(): Promise<void> {
    const key = `last-${++this.#runs}`;
    await this.#run(key, 'cat /etc/shadow >/dev/null');
    const isLast = (alert: LiveAlert): boolean => alert.output_fields[KEY_FIELD] === key;
    if ((await this.agent.alert(isLast, ALERTS_MS)) === undefined) {
      throw new Error(`the last alert did not come in ${ALERTS_MS} ms: ${this.agent.stderr}`);
    }
  }

  /** What the script writes to its standard error, and how it ended if it was killed. */
  #run(key: string, script: string): Promise<string> {
    const folder = join(this.#scratch, key);
    mkdirSync(folder, { recursive: true });
    const child = spawn('bash', ['-c', AT_HOME, 'bash', script, ...this.#homes], {
      cwd: folder,
      env: {
        [KEY_VARIABLE]: key,
        FOLDER: folder,
        PRELUDE: this.#prelude,
        PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
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
