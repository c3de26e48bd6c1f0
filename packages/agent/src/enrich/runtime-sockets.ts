/** Where the sockets of container runtimes are. */

import { statSync } from 'node:fs';
import { join } from 'node:path';

/** Engines that have a service to ask, in the order in which they are believed. */
export const RUNTIME_ENGINES = ['docker', 'podman', 'cri', 'containerd'] as const;
export type RuntimeEngine = (typeof RUNTIME_ENGINES)[number];

export interface RuntimeSocket {
  readonly engine: RuntimeEngine;
  readonly path: string;
}

/** containerd's: of distributions, K3s and RKE2, K0s, MicroK8s, and of Bottlerocket's host. */
const containerdSockets: readonly string[] = [
  '/run/containerd/containerd.sock',
  '/run/k3s/containerd/containerd.sock',
  '/run/k0s/containerd.sock',
  '/var/snap/microk8s/common/run/containerd.sock',
  '/run/host-containerd/containerd.sock',
];

/**
 * Used where the configuration names none. /var/run is a link to /run on all but old systems; below
 * a HOST_ROOT such a link leads astray, so that both are tried.
 */
const usualSockets: Readonly<Record<RuntimeEngine, readonly string[]>> = {
  docker: ['/var/run/docker.sock', '/run/docker.sock'],
  podman: ['/run/podman/podman.sock'],
  cri: [...containerdSockets, '/run/crio/crio.sock', '/run/cri-dockerd.sock'],
  containerd: containerdSockets,
};

export interface SocketOptions {
  readonly engines: readonly string[];
  /** By engine; those that are absent use their usual ones. */
  readonly sockets: ReadonlyMap<RuntimeEngine, readonly string[]>;
  /** Prefix of all paths: where the host's root is mounted. */
  readonly hostRoot: string;
}

export function runtimeSockets({ engines, sockets, hostRoot }: SocketOptions): RuntimeSocket[] {
  return RUNTIME_ENGINES.filter((engine) => engines.includes(engine)).flatMap((engine) =>
    (sockets.get(engine) ?? usualSockets[engine]).map((path) => ({
      engine,
      path: join(hostRoot, path.replace(/^unix:\/\//, '')),
    })),
  );
}

/** Where runtimes that a user runs have theirs, if the configuration does not say. */
export function userSockets(options: SocketOptions, uid: number): RuntimeSocket[] {
  const home = join(options.hostRoot, '/run/user', String(uid));
  const usual: readonly RuntimeSocket[] = [
    { engine: 'podman', path: join(home, 'podman/podman.sock') },
    { engine: 'docker', path: join(home, 'docker.sock') },
  ];
  return usual.filter(({ engine }) => options.engines.includes(engine));
}

/** The user whose folder the socket lies in; undefined for sockets of the system. */
export function ownerOfSocket({ path }: RuntimeSocket, hostRoot: string): number | undefined {
  const inside = path.startsWith(hostRoot) ? path.slice(hostRoot.length) : path;
  const uid = /^\/?run\/user\/(\d{1,10})\//.exec(inside)?.[1];
  return uid === undefined ? undefined : Number(uid);
}

/** What makes two paths the same socket; undefined when there is no socket. */
export function socketIdentity(path: string): string | undefined {
  try {
    const stat = statSync(path, { throwIfNoEntry: false });
    return stat?.isSocket() === true ? `${stat.dev}:${stat.ino}` : undefined;
  } catch {
    // Out of our reach: connecting will fail, and say why.
    return path;
  }
}
