/** Whether the configuration asks to listen on a port that takes CAP_NET_BIND_SERVICE. */

import type { Config } from '../../config/config.ts';

/** net.ipv4.ip_unprivileged_port_start, unless somebody changed it. */
const UNPRIVILEGED_FROM = 1024;

export function bindsLowPort({ webServer, outputs, plugins }: Config): boolean {
  const ports = [
    webServer.enabled ? webServer.port : 0,
    portOf(outputs.grpc?.bindAddress ?? ''),
    // Sources of plugins that are web servers, as k8saudit is.
    ...plugins.map(({ openParams }) => portOf(/^https?:\/\/([^/]*)/.exec(openParams)?.[1] ?? '')),
  ];
  return ports.some((port) => port > 0 && port < UNPRIVILEGED_FROM);
}

/** Of `address:port`; 0 without one: sockets in the file system. */
function portOf(address: string): number {
  return Number(/:(\d+)$/.exec(address)?.[1] ?? 0);
}
