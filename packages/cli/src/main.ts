/** What `bin/saker` starts for commands of people: every first word that is not a flag. */

import { processStreams } from '@saker/agent/host/streams.ts';
import { run } from './run.ts';
import { processTerminal } from './terminal/terminal.ts';

// No `await` here: the bundle is CommonJS, which has none outside of functions.
void run({
  args: process.argv.slice(2),
  terminal: processTerminal(processStreams, process.env),
  environment: process.env,
}).then((code) => {
  process.exitCode = code;
});
