/** For tests: a container whose first process runs the scripts that it is told to. */

import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { createInterface, type Interface } from 'node:readline';

/** Of one script. */
const SCRIPT_MS = 15_000;

/**
 * Reads keys, runs `script` of the folder of that name, and repeats the key when it has ended. The
 * folder of all folders is its argument.
 */
export const FEEDER = `
while read -r key; do
  cd "$1/$key"
  SAKER_CASE=$key FOLDER=$PWD BASH_ENV=$1/prelude.bash \\
    setsid --wait bash -c "$(<script)" </dev/null >/dev/null 2>stderr
  echo "$key"
done
`;

export class ScriptFeeder {
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
