/**
 * How much of the program's own messages is written (`log_level`): syslog's levels, most severe
 * first.
 */

export const LOG_LEVELS = [
  'emergency',
  'alert',
  'critical',
  'error',
  'warning',
  'notice',
  'info',
  'debug',
] as const;

export type LogLevel = (typeof LOG_LEVELS)[number];
