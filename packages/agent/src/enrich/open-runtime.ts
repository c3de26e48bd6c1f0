/**
 * The client of a runtime's socket. Each protocol is loaded when the first socket that speaks it
 * exists: a host without containers pays for none.
 */

import type { ContainerRuntime, RuntimeOptions } from './container-runtime.ts';
import type { RuntimeSocket } from './runtime-sockets.ts';

/** The namespace that Docker gives its containers in containerd. */
const DOCKER_NAMESPACE = 'moby';

export async function openRuntime(
  { engine, path }: RuntimeSocket,
  options: RuntimeOptions,
  engines: readonly string[],
): Promise<ContainerRuntime> {
  if (engine === 'docker' || engine === 'podman') {
    const { DockerRuntime } = await import('./docker/docker-runtime.ts');
    return new DockerRuntime(engine, path, options);
  }
  const { CRI_NAMESPACE, CriRuntime } = await import('./cri/cri-runtime.ts');
  if (engine === 'cri') return new CriRuntime(path, options);
  const { ContainerdRuntime } = await import('./containerd/containerd-runtime.ts');
  const foreignNamespaces = new Set<string>();
  if (engines.includes('docker')) foreignNamespaces.add(DOCKER_NAMESPACE);
  if (engines.includes('cri')) foreignNamespaces.add(CRI_NAMESPACE);
  return new ContainerdRuntime(path, { ...options, foreignNamespaces });
}
