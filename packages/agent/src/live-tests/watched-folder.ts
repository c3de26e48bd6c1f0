/** For tests: an agent that tells of every file of one folder that is opened for writing. */

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { atHome } from './cgroup-homes.ts';
import { LiveAgent, type LiveAgentOptions, within } from './live-agent.ts';
import { quoted } from './shell-text.ts';

const READY_MS = 20_000;
const READY = 'ready';
/** Where options may send alerts to, too. */
const FILE = 'alerts.txt';

export interface WatchOptions extends Partial<Omit<LiveAgentOptions, 'rules'>> {
  /** Alerts go to `file` as well. */
  readonly withFile?: boolean;
}

export class WatchedFolder {
  readonly path: string = realpathSync(mkdtempSync(join(tmpdir(), 'saker-watch-')));
  /** Of `withFile`. */
  readonly file: string = join(this.path, FILE);
  readonly agent: LiveAgent;

  private constructor({ withFile = false, options = [], ...more }: WatchOptions) {
    const rules = join(this.path, 'rules.yaml');
    writeFileSync(rules, JSON.stringify([writtenBelow(this.path)]));
    const toFile = ['file_output.enabled=true', `file_output.filename=${this.file}`];
    this.agent = new LiveAgent({
      ...more,
      rules: [rules],
      options: [...(withFile ? toFile : []), ...options],
    });
  }

  /** Resolves when the agent has told of something. It and the folder are gone after the test. */
  static async watch(context: TestContext, options: WatchOptions = {}): Promise<WatchedFolder> {
    const folder = new WatchedFolder(options);
    context.after(async () => {
      await folder.agent.stop('SIGKILL');
      rmSync(folder.path, { recursive: true });
    });
    const isReady = await within(READY_MS, () => {
      if (folder.agent.child.exitCode !== null) throw new Error(folder.agent.stderr);
      folder.write(READY);
      const isRead = options.reads === false || folder.count(READY) > 0;
      const isWritten = options.withFile !== true || folder.written().includes(READY);
      return (isRead && isWritten) || undefined;
    });
    if (isReady === undefined)
      throw new Error(`no alert in ${READY_MS} ms: ${folder.agent.stderr}`);
    return folder;
  }

  /** Opens the file so many times, in a process of its own. */
  write(name: string, times = 1): void {
    const path = quoted(join(this.path, name));
    execFileSync('bash', atHome(`for ((at = 0; at < ${times}; at++)); do : >>${path}; done`));
  }

  /** Alerts on the standard output about the file. */
  count(name: string): number {
    return this.agent.alerts.filter(({ output }) => output.includes(`/${name} by`)).length;
  }

  /** What `file`, or another one, holds so far. */
  written(path: string = this.file): string {
    try {
      return readFileSync(path, 'utf8');
    } catch {
      return '';
    }
  }
}

function writtenBelow(folder: string): object {
  return {
    rule: 'Written',
    desc: 'A file of the folder is opened for writing',
    condition: `evt.type in (open, openat) and evt.is_open_write = true and fd.directory = ${folder}`,
    output: '%fd.name by %proc.name',
    priority: 'INFO',
  };
}
