/** What `bin/saker` starts for Falco's command line. */

import { run } from './app/run.ts';
import { processStreams } from './host/streams.ts';

// No `await` here: the bundle is CommonJS, which has none outside of functions.
void run({
  args: process.argv.slice(2),
  streams: processStreams,
  environment: process.env,
}).then((code) => {
  process.exitCode = code;
});
