/** Where syslog daemons listen: apart from what talks to them, which takes longer to load. */

import { existsSync } from 'node:fs';

export const SYSLOG_PATH = '/dev/log';

export function hasSyslog(): boolean {
  return existsSync(SYSLOG_PATH);
}
