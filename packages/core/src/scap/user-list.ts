/** Entries of user lists: users and groups, mixed. Version 2 puts the entry's length before it. */

import type { GroupEntry, SnapshotSink, UserEntry } from '../events/snapshot.ts';
import type { ByteBuilder } from './byte-builder.ts';
import type { ByteCursor } from './byte-cursor.ts';

const USER = 0;
const GROUP = 1;

/** MAX_CREDENTIALS_STR_LEN of libscap less the NUL: its reader refuses more. */
const STRING_BYTES_MAX = 255;

/**
 * Gives the entry to the sink; one of a type that is newer than this code is left out where its
 * length is known.
 */
export function decodeUserOrGroup(cursor: ByteCursor, version: number, sink: SnapshotSink): void {
  if (version >= 2) cursor.limitTo(cursor.u32());
  const type = cursor.u8();
  if (type === USER) {
    const uid = cursor.u32();
    const gid = cursor.u32();
    const name = cursor.string(STRING_BYTES_MAX);
    const home = cursor.string(STRING_BYTES_MAX);
    const shell = cursor.string(STRING_BYTES_MAX);
    sink.user({ uid, gid, name, home, shell });
  } else if (type === GROUP) {
    const gid = cursor.u32();
    sink.group({ gid, name: cursor.string(STRING_BYTES_MAX) });
  } else if (version < 2) {
    cursor.fail(`entry type ${type}, but there are ${USER} (user) and ${GROUP} (group)`);
  }
}

export function encodeUser(into: ByteBuilder, user: UserEntry): void {
  const start = into.length;
  into.u32(0);
  into.u8(USER);
  into.u32(user.uid);
  into.u32(user.gid);
  into.string(user.name, STRING_BYTES_MAX);
  into.string(user.home, STRING_BYTES_MAX);
  into.string(user.shell, STRING_BYTES_MAX);
  into.patchU32(start, into.length - start);
}

export function encodeGroup(into: ByteBuilder, group: GroupEntry): void {
  const start = into.length;
  into.u32(0);
  into.u8(GROUP);
  into.u32(group.gid);
  into.string(group.name, STRING_BYTES_MAX);
  into.patchU32(start, into.length - start);
}
