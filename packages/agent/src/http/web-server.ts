/**
 * `webserver` of falco.yaml: health, versions, metrics, and the endpoint that older Falcos had for
 * Kubernetes' audit log.
 */

import { availableParallelism } from 'node:os';
import type { WebServerConfig } from '../config/service-config.ts';
import { EXPOSITION_TYPE } from '../metrics/exposition.ts';
import type { HttpLimits } from './http-limits.ts';
import { JSON_TYPE, type Route } from './http-route.ts';
import { HttpThread } from './http-thread.ts';

export interface WebServerOptions {
  readonly config: WebServerConfig;
  /** The document at /versions, at the moment of the request. */
  readonly versions: () => Readonly<Record<string, unknown>>;
  /** The text at /metrics, at the moment of the request; undefined: metrics are off. */
  readonly metrics?: () => string;
  /** Further paths: those of the audit log. */
  readonly routes?: readonly Route[];
  readonly limits?: Partial<HttpLimits>;
  readonly log: WebServerLog;
}

export interface WebServerLog {
  info(message: string): void;
  error(message: string): void;
}

/**
 * Falco's text, which is the only body of its health check: some probes compare it, blank included.
 */
const HEALTHY = '{"status": "ok"}';

/**
 * Listens when this resolves; HttpError when it cannot, which ends Falco, too. For live detection:
 * Falco serves nothing while it reads a capture.
 */
export function openWebServer(options: WebServerOptions): Promise<HttpThread> {
  const { config, versions, metrics, routes = [], limits, log } = options;
  log.info(startText(config));
  const all: Route[] = [
    {
      method: 'GET',
      path: config.healthzPath,
      answer: { status: 200, type: JSON_TYPE, body: HEALTHY },
    },
    {
      method: 'GET',
      path: '/versions',
      ask: () => ({ status: 200, type: JSON_TYPE, body: JSON.stringify(versions()) }),
    },
    ...routes,
  ];
  if (metrics !== undefined && config.servesMetrics) {
    all.push({
      method: 'GET',
      path: '/metrics',
      ask: () => ({ status: 200, type: EXPOSITION_TYPE, body: metrics() }),
    });
  }
  return HttpThread.start({
    name: 'the web server',
    listen: {
      address: config.address,
      port: config.port,
      ...(config.certificate !== undefined && { certificate: config.certificate }),
    },
    routes: all,
    ...(limits !== undefined && { limits }),
    onProblem: (message) => log.error(message),
  });
}

/** Falco's line. `threadiness` is told as it was asked for: one thread is what there is. */
function startText({ threadiness, address, port, certificate }: WebServerConfig): string {
  const threads = threadiness > 0 ? threadiness : availableParallelism();
  const tls = certificate === undefined ? '' : ' (SSL)';
  return (
    `Starting health webserver with threadiness ${threads}, ` +
    `listening on ${address}:${port}${tls}`
  );
}
