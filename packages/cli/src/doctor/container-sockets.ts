/** Where container runtimes listen who can be asked for names and images, and whether they do. */

import { createConnection } from 'node:net';

export interface ContainerSocket {
  readonly runtime: string;
  readonly path: string;
}

/** `answers`: a connection was accepted. */
export type SocketState = 'answers' | 'forbidden' | 'silent';

export interface FoundSocket extends ContainerSocket {
  readonly state: SocketState;
}

/** As Falco's container plugin has them. */
export const CONTAINER_SOCKETS: readonly ContainerSocket[] = [
  { runtime: 'Docker', path: '/run/docker.sock' },
  { runtime: 'Podman', path: '/run/podman/podman.sock' },
  { runtime: 'containerd', path: '/run/containerd/containerd.sock' },
  { runtime: 'containerd of K3s', path: '/run/k3s/containerd/containerd.sock' },
  { runtime: 'CRI-O', path: '/run/crio/crio.sock' },
];

/** A runtime on the same machine that does not accept by then is stuck. */
const CONNECT_MS_MAX = 500;

/** Those that exist. */
export async function findSockets(
  sockets: readonly ContainerSocket[] = CONTAINER_SOCKETS,
): Promise<readonly FoundSocket[]> {
  const found = await Promise.all(
    sockets.map(async (socket) => ({ ...socket, state: await connect(socket.path) })),
  );
  return found.flatMap(({ state, ...socket }) =>
    state === undefined ? [] : [{ ...socket, state }],
  );
}

/** undefined: there is no such socket. */
function connect(path: string): Promise<SocketState | undefined> {
  return new Promise((resolve) => {
    const connection = createConnection(path);
    const end = (state: SocketState | undefined): void => {
      connection.destroy();
      resolve(state);
    };
    connection.setTimeout(CONNECT_MS_MAX, () => end('silent'));
    connection.once('connect', () => end('answers'));
    connection.once('error', ({ code }: NodeJS.ErrnoException) => {
      if (code === 'ENOENT' || code === 'ENOTDIR') end(undefined);
      else end(code === 'EACCES' || code === 'EPERM' ? 'forbidden' : 'silent');
    });
  });
}
