/** What the actions that need a configuration are given. */

import { hostname } from 'node:os';
import type { Config, LogConfig } from '../config/config.ts';
import type { Environment } from '../config/environment.ts';
import type { LoadedConfig } from '../config/load-config.ts';
import { LOG_LEVELS } from '../config/log-level.ts';
import { libsLogLevel } from '../config/service-config.ts';
import { Logger, type LoggerOptions } from '../host/logger.ts';
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
  /** Of what Falco has in libraries (libs_logger): the sensor, state, container runtimes. */
  readonly libsLog: Logger;
  readonly ownsProcess: boolean;
}

export function openSession(flags: Flags, loaded: LoadedConfig, invocation: Invocation): Session {
  const { config } = loaded;
  const { ownsProcess = false } = invocation;
  const options: LoggerOptions = {
    level: config.log.level,
    enabled: config.log.stderr,
    iso8601: config.iso8601,
    syslog: syslogOf(config, ownsProcess),
  };
  const log = new Logger(invocation.streams, options);
  const libsLog = new Logger(invocation.streams, libsOptions(options, config.log.libs));
  return { ...invocation, ownsProcess, flags, loaded, config, log, libsLog };
}

/** What both levels let through. */
function libsOptions(options: LoggerOptions, libs: LogConfig['libs']): LoggerOptions {
  if (!libs.enabled) return { ...options, enabled: false, syslog: undefined };
  const ofLibs = libsLogLevel(libs.severity);
  const isStricter = LOG_LEVELS.indexOf(ofLibs) < LOG_LEVELS.indexOf(options.level);
  return isStricter ? { ...options, level: ofLibs } : options;
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
