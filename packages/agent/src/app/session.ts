/** What the actions that need a configuration are given. */

import { hostname } from 'node:os';
import type { Config } from '../config/config.ts';
import type { Environment } from '../config/environment.ts';
import type { LoadedConfig } from '../config/load-config.ts';
import { Logger } from '../host/logger.ts';
import type { Streams } from '../host/streams.ts';
import { SyslogLog } from '../host/syslog-log.ts';
import { hasSyslog } from '../host/syslog-path.ts';
import type { Flags } from './flags.ts';
import type { Invocation } from './invocation.ts';

/** syslog(3) takes the name of the program, and Falco's is what filters look for. */
const FALCO_IDENT = 'falco';

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
  const { ownsProcess = false } = invocation;
  const log = new Logger(invocation.streams, {
    level: config.log.level,
    enabled: config.log.stderr,
    iso8601: config.iso8601,
    syslog: syslogOf(config, ownsProcess),
  });
  return { ...invocation, ownsProcess, flags, loaded, config, log };
}

/** A command inside another program, as in tests, leaves the machine's log alone. */
function syslogOf({ log, outputs }: Config, ownsProcess: boolean): SyslogLog | undefined {
  if (!log.syslog || !ownsProcess || !hasSyslog()) return undefined;
  return new SyslogLog(outputs.syslog?.ident ?? FALCO_IDENT);
}

/** What alerts and fields call this machine. */
export function hostnameOf({ environment }: Pick<Session, 'environment'>): string {
  return environment['FALCO_HOSTNAME'] ?? hostname();
}
