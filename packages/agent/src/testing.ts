/** For tests only: calls the command in this process and keeps what it writes. */

import { run } from './app/run.ts';

export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export async function saker(...args: readonly string[]): Promise<Outcome> {
  let stdout = '';
  let stderr = '';
  const streams = {
    out: (text: string) => {
      stdout += text;
      return true;
    },
    err: (text: string) => {
      stderr += text;
      return true;
    },
  };
  const environment = { FALCO_HOSTNAME: 'lab-host' };
  const code = await run({ args, streams, environment });
  return { code, stdout, stderr };
}
