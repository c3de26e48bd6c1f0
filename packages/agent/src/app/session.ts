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
  /** Where both go, too, while `log_syslog` is on. */
  readonly syslog: SyslogLog | undefined;
  readonly ownsProcess: boolean;
}

export function openSession(flags: Flags, loaded: LoadedConfig, invocation: Invocation): Session {
  const { config } = loaded;
  const { ownsProcess = false } = invocation;
  const syslog = syslogOf(config, ownsProcess);
  const options = logOptions(config, syslog);
  const log = new Logger(invocation.streams, options);
  const libsLog = new Logger(invocation.streams, libsOptions(options, config.log.libs));
  return { ...invocation, ownsProcess, flags, loaded, config, log, libsLog, syslog };
}

/**
 * The same with another configuration. The logs stay and follow it: many have them who know nothing
 * of reloads.
 */
export function reopenSession(session: Session, loaded: LoadedConfig): Session {
  const { config } = loaded;
  const { log, libsLog } = session;
  const syslog = syslogOf(config, session.ownsProcess, session.syslog);
  const options = logOptions(config, syslog);
  log.follow(options);
  libsLog.follow(libsOptions(options, config.log.libs));
  return { ...session, loaded, config, syslog };
}

function logOptions({ log, iso8601 }: Config, syslog: SyslogLog | undefined): LoggerOptions {
  return {
    level: log.level,
    enabled: log.stderr,
    iso8601,
    syslog: log.syslog ? syslog : undefined,
  };
}

/** What both levels let through. */
function libsOptions(options: LoggerOptions, libs: LogConfig['libs']): LoggerOptions {
  if (!libs.enabled) return { ...options, enabled: false, syslog: undefined };
  const ofLibs = libsLogLevel(libs.severity);
  const isStricter = LOG_LEVELS.indexOf(ofLibs) < LOG_LEVELS.indexOf(options.level);
  return isStricter ? { ...options, level: ofLibs } : options;
}

/**
 * A command inside another program, as in tests, leaves the machine's log alone. `before`: one that
 * is open stays, whether it is written to now or not.
 */
function syslogOf(
  { log, outputs }: Config,
  ownsProcess: boolean,
  before?: SyslogLog,
): SyslogLog | undefined {
  const ident = outputs.syslog?.ident ?? FALCO_IDENT;
  if (before?.ident === ident) return before;
  if (!log.syslog || !ownsProcess || !hasSyslog()) return before;
  before?.close();
  return new SyslogLog(ident);
}

/** What alerts and fields call this machine. */
export function hostnameOf({ environment }: Pick<Session, 'environment'>): string {
  return environment['FALCO_HOSTNAME'] ?? hostname();
}
