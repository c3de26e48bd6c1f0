/** What the actions that need a configuration are given. */

import type { Config } from '../config/config.ts';
import type { Environment } from '../config/environment.ts';
import type { LoadedConfig } from '../config/load-config.ts';
import { Logger } from '../host/logger.ts';
import type { Streams } from '../host/streams.ts';
import type { Flags } from './flags.ts';
import type { Invocation } from './invocation.ts';

export interface Session {
  readonly args: readonly string[];
  readonly flags: Flags;
  readonly loaded: LoadedConfig;
  readonly config: Config;
  readonly streams: Streams;
  readonly environment: Environment;
  readonly log: Logger;
  readonly ownsProcess: boolean;
}

export function openSession(flags: Flags, loaded: LoadedConfig, invocation: Invocation): Session {
  const { config } = loaded;
  const log = new Logger(invocation.streams, {
    level: config.log.level,
    enabled: config.log.stderr,
    iso8601: config.iso8601,
  });
  const { ownsProcess = false } = invocation;
  return { ...invocation, ownsProcess, flags, loaded, config, log };
}
