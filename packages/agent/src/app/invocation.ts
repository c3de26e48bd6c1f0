/**
 * How the command was called: everything that it takes from the process, so that tests can call it
 * too.
 */

import type { Environment } from '../config/environment.ts';
import type { Streams } from '../host/streams.ts';

export interface Invocation {
  /** Without the name of the program. */
  readonly args: readonly string[];
  readonly streams: Streams;
  readonly environment: Environment;
  /** The call is all that the process is for: it may be started anew. Tests do not say so. */
  readonly ownsProcess?: boolean;
}
