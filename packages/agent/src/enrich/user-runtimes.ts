/**
 * Runtimes that users run for themselves (rootless Podman and Docker). They are asked for
 * containers in their own slices only, when one of them is seen; their events are not followed, and
 * what they send costs no more than one short connection: whoever owns the socket can answer
 * anything, as often and as slowly as they like.
 */

import { lstatSync } from 'node:fs';
import { isErrno } from '../host/errno.ts';
import type { ContainerDocument } from './container-document.ts';
import type { ContainerKey, ContainerRuntime } from './container-runtime.ts';
import type { RuntimeSocket } from './runtime-sockets.ts';

/** For a whole answer. */
const ANSWER_TIMEOUT_MS = 1000;

export interface UserAnswer {
  readonly socket: RuntimeSocket;
  readonly document: ContainerDocument;
}

/** The first answer of the user's runtimes; undefined when none knows the container. */
export async function askUserRuntimes(
  sockets: readonly RuntimeSocket[],
  uid: number,
  key: ContainerKey,
  open: (socket: RuntimeSocket) => Promise<ContainerRuntime>,
): Promise<UserAnswer | undefined> {
  for (const socket of sockets) {
    if (!isOwnSocket(socket.path, uid)) continue;
    const document = await askOnce(await open(socket), key);
    if (document !== undefined) return { socket, document };
  }
  return undefined;
}

/**
 * A socket that is the user's, not a link: a link could lead to a service of root that is not meant
 * to be asked.
 */
function isOwnSocket(path: string, uid: number): boolean {
  try {
    const stat = lstatSync(path, { throwIfNoEntry: false });
    return stat?.isSocket() === true && stat.uid === uid;
  } catch (error) {
    // A folder of the user's that is no folder.
    if (isErrno(error, 'ENOTDIR') || isErrno(error, 'EACCES') || isErrno(error, 'ELOOP')) {
      return false;
    }
    throw error;
  }
}

async function askOnce(
  runtime: ContainerRuntime,
  key: ContainerKey,
): Promise<ContainerDocument | undefined> {
  const timer = setTimeout(() => runtime.close(), ANSWER_TIMEOUT_MS);
  try {
    return await runtime.find(key);
  } finally {
    clearTimeout(timer);
    runtime.close();
  }
}
