/** What `bin/saker` starts for commands of people: every first word that is not a flag. */

import { processStreams } from '@saker/agent/host/streams.ts';
import { run } from './run.ts';
import { processTerminal } from './terminal/terminal.ts';

/** The bundle is CommonJS, which has no `await` outside of functions. */
async function main(): Promise<void> {
  process.exitCode = await run({
    args: process.argv.slice(2),
    terminal: processTerminal(processStreams, process.env),
    environment: process.env,
  });
}

void main();
