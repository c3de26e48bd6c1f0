/** What `bin/saker` starts for Falco's command line. */

import { run } from './app/run.ts';
import { processStreams } from './host/streams.ts';

/** The bundle is CommonJS, which has no `await` outside of functions. */
async function main(): Promise<void> {
  process.exitCode = await run({
    args: process.argv.slice(2),
    streams: processStreams,
    environment: process.env,
    ownsProcess: true,
  });
}

void main();
