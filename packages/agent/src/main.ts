/** What `bin/saker` starts for Falco's command line. */

import { run } from './app/run.ts';
import { processStreams } from './host/streams.ts';

process.exitCode = await run({
  args: process.argv.slice(2),
  streams: processStreams,
  environment: process.env,
});
