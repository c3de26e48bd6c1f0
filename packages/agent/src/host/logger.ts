/** Messages of the program itself, on the standard error and in syslog, in the form of Falco's. */

import { LOG_LEVELS, type LogLevel } from '../config/log-level.ts';
import type { Streams } from './streams.ts';

export interface LoggerOptions {
  /** Least severe level that is written. */
  readonly level: LogLevel;
  /** To the standard error. */
  readonly enabled: boolean;
  readonly syslog?: LogSink | undefined;
  /** Times as ISO 8601 in UTC instead of the local form of `ctime`. */
  readonly iso8601: boolean;
}

/** A further place for messages: `severity` is 0 (emergency) to 7 (debug). */
export interface LogSink {
  add(severity: number, message: string): void;
}

export class Logger {
  readonly #streams: Streams;
  #options: LoggerOptions;
  #limit: number;

  constructor(streams: Streams, options: LoggerOptions) {
    this.#streams = streams;
    this.#options = options;
    this.#limit = LOG_LEVELS.indexOf(options.level);
  }

  /** From now on these options, for everybody who has this log. */
  follow(options: LoggerOptions): void {
    this.#options = options;
    this.#limit = LOG_LEVELS.indexOf(options.level);
  }

  log(level: LogLevel, message: string): void {
    const severity = LOG_LEVELS.indexOf(level);
    if (severity > this.#limit) return;
    this.#options.syslog?.add(severity, message);
    if (!this.#options.enabled) return;
    const now = new Date();
    const time = this.#options.iso8601 ? isoTime(now) : localTime(now);
    this.#streams.err(`${time}: ${message}\n`);
  }

  error(message: string): void {
    this.log('error', message);
  }

  warning(message: string): void {
    this.log('warning', message);
  }

  info(message: string): void {
    this.log('info', message);
  }

  debug(message: string): void {
    this.log('debug', message);
  }
}

/** `Sat Nov 21 09:05:03 2026`. */
export function localTime(date: Date): string {
  const [day, month, number, year] = date.toString().split(' ', 4);
  return `${day} ${month} ${number} ${date.toString().slice(16, 24)} ${year}`;
}

/** `2026-11-21T09:05:03+0000`. */
export function isoTime(date: Date): string {
  return `${date.toISOString().slice(0, 19)}+0000`;
}
