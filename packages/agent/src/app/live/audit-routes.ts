/**
 * Paths of the web server that take Kubernetes audit events, as older Falcos had them without any
 * plugin.
 */

import type { Route } from '../../http/http-route.ts';
import type { LoadedPlugins } from '../../plugins/loaded-plugins.ts';

/** What the API server was configured with in two generations of guides. */
const USUAL_PATHS: readonly string[] = ['/k8s_audit', '/k8s-audit'];

interface ServesRoutes {
  routes(paths: readonly string[]): readonly Route[];
}

/** `path`: of the configuration. None without a plugin whose source takes them. */
export function auditRoutes(
  { plugins }: LoadedPlugins,
  path: string | undefined,
): readonly Route[] {
  const paths = [...(path === undefined ? [] : [path]), ...USUAL_PATHS];
  return plugins.flatMap(({ plugin: { sourcing } }) =>
    sourcing !== undefined && servesRoutes(sourcing) ? sourcing.routes(paths) : [],
  );
}

/** What requests to these routes must carry, the same for all of them; undefined: nothing. */
export function auditToken(routes: readonly Route[]): string | undefined {
  const tokens = routes.map((route) => ('ask' in route ? route.token : undefined));
  return tokens.find((token) => token !== undefined);
}

function servesRoutes(sourcing: object): sourcing is ServesRoutes {
  return 'routes' in sourcing && typeof sourcing.routes === 'function';
}
