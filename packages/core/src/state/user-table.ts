/** Users and groups by container id ("" for the host) and number. */

import type { GroupEntry, UserEntry } from '../events/snapshot.ts';

export class UserTable {
  user(_containerId: string, _uid: number): UserEntry | undefined {
    return undefined;
  }

  group(_containerId: string, _gid: number): GroupEntry | undefined {
    return undefined;
  }
}
