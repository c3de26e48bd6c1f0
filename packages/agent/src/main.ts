/** What `bin/saker` starts for Falco's command line. */

import { run } from './app/run.ts';
import { processStreams } from './host/streams.ts';

/**
 * How long the program goes on when all of it is over. Only what a plugin left open, or a call of
 * one that never comes back, can keep it.
 */
const LEFT_OPEN_MS = 2000;

/** The bundle is CommonJS, which has no `await` outside of functions. */
async function main(): Promise<void> {
  const code = await run({
    args: process.argv.slice(2),
    streams: processStreams,
    environment: process.env,
    ownsProcess: true,
  });
  process.exitCode = code;
  setTimeout(() => void leave(code), LEFT_OPEN_MS).unref();
}

async function leave(code: number): Promise<void> {
  const { exitNow } = await import('@saker/sensor/own-process.ts');
  exitNow(code);
}

void main();
