/**
 * What others can ask a running agent: health, versions and metrics over HTTP, and samples of the
 * metrics as alerts and lines of a file.
 */

import { cpus, release } from 'node:os';
import type { Alert } from '@saker/core/engine/alert.ts';
import type { InternalMessage } from '@saker/core/engine/internal-alert.ts';
import type { ContainerInfo } from '@saker/core/state/container-info.ts';
import type { Config } from '../../config/config.ts';
import { messageOf } from '../../host/errno.ts';
import { HttpError } from '../../http/http-error.ts';
import type { Route } from '../../http/http-route.ts';
import type { HttpThread } from '../../http/http-thread.ts';
import { openWebServer } from '../../http/web-server.ts';
import { FalcoEvents, podOf } from '../../metrics/falco-events.ts';
import { LatencyHistogram } from '../../metrics/latency-histogram.ts';
import { counter } from '../../metrics/metric-family.ts';
import { MetricsPage } from '../../metrics/metrics-page.ts';
import { MetricsSnapshots } from '../../metrics/metrics-snapshots.ts';
import type { AgentFacts, MetricsReaders, WebServerReadings } from '../../metrics/readings.ts';
import type { ResourceFiles } from '../../metrics/resource-usage.ts';
import type { Session } from '../session.ts';
import { FALCO_VERSION, SAKER_VERSION, versionDocument } from '../versions.ts';
import { auditRoutes, auditToken } from './audit-routes.ts';
import type { Generation } from './generation.ts';
import { RuleTiming } from './rule-timing.ts';

export interface LiveServicesParts {
  readonly generation: Generation;
  readonly hostname: string;
  /** Nanoseconds since the epoch. */
  readonly bootTimeNs: bigint;
  /** Of everything that a run has beside its services. */
  readonly readers: Omit<MetricsReaders, 'facts' | 'webServer'>;
  /** Delivers an alert about the program itself. */
  readonly tell: (message: InternalMessage) => void;
}

const NS_PER_MS = 1_000_000n;
const LOST_SAMPLES = 'saker_metrics_samples_lost_total';
const LATENCY = 'saker_alert_latency_seconds';
const LATENCY_HELP = 'From the event to the queues of the outputs';

export class LiveServices {
  readonly timing: RuleTiming = new RuleTiming();
  readonly #parts: LiveServicesParts;
  readonly #readers: MetricsReaders;
  readonly #files: ResourceFiles;
  readonly #falcoEvents = new FalcoEvents();
  readonly #latency = new LatencyHistogram(LATENCY, LATENCY_HELP);
  readonly #page: MetricsPage;
  #generation: Generation;
  #server: HttpThread | undefined = undefined;
  /** What requests with audit events must carry: a file may hold another one after a reload. */
  #auditToken: string | undefined = undefined;
  #snapshots: MetricsSnapshots | undefined = undefined;
  #starting: Promise<void> | undefined = undefined;
  /** Of samples with another configuration. */
  #lostSamplesBefore = 0;

  constructor(parts: LiveServicesParts) {
    this.#parts = parts;
    this.#generation = parts.generation;
    const { environment } = this.#session;
    this.#files = { hostRoot: environment['HOST_ROOT'] ?? '', environment };
    this.#readers = {
      ...parts.readers,
      facts: factsOf(parts),
      webServer: () => readingsOf(this.#server),
      others: () => [
        counter(
          LOST_SAMPLES,
          'Samples of metrics.output_file that were not written',
          this.#lostSamples,
        ),
      ],
    };
    this.#page = new MetricsPage({
      config: () => this.#session.config.metrics,
      readers: this.#readers,
      files: this.#files,
      falcoEvents: this.#falcoEvents,
      latency: this.#latency,
      costs: () => this.timing.costs,
    });
    this.timing.follow(parts.generation);
  }

  get #lostSamples(): number {
    return this.#lostSamplesBefore + (this.#snapshots?.lost ?? 0);
  }

  get #session(): Session {
    return this.#generation.session;
  }

  /** HttpError, SnapshotFileError when what the configuration asks for cannot be had. */
  start(): Promise<void> {
    this.#starting = this.#start();
    return this.#starting;
  }

  async #start(): Promise<void> {
    this.#snapshots = this.#openSnapshots();
    const { loaded, log } = this.#session;
    try {
      this.#server = await this.#openServer();
    } catch (error) {
      // The one that there is without a configuration keeps nobody from detecting.
      if (!(error instanceof HttpError) || loaded.tree.entries.has('webserver')) throw error;
      log.warning(`there is no web server: ${error.message}`);
    }
  }

  /** `container`: what is known of the one that the alert is about. */
  onAlert(alert: Alert, container: ContainerInfo | undefined): void {
    this.#falcoEvents.add(alert, podOf(container));
    this.#latency.observe(alert.time);
  }

  /** The generation has taken the place of the one before. */
  take(generation: Generation): void {
    this.#generation = generation;
    this.timing.follow(generation);
  }

  /** After `take`: what cannot be had is told, and the rest goes on. */
  async follow(before: Generation): Promise<void> {
    // What has not started yet starts with this generation.
    if (this.#starting === undefined) return;
    await Promise.allSettled([this.#starting]);
    await this.#try(() => this.#followSnapshots(before));
    await this.#try(() => this.#followServer(before));
  }

  async #try(action: () => Promise<void>): Promise<void> {
    try {
      await action();
    } catch (error) {
      this.#session.log.error(messageOf(error));
    }
  }

  /** As below, those that could not be had before get another chance. */
  async #followSnapshots(before: Generation): Promise<void> {
    const isOther = differ(before, this.#generation, ({ metrics }) => metrics);
    if (!isOther && this.#snapshots !== undefined) return;
    await this.#snapshots?.stop();
    this.#lostSamplesBefore = this.#lostSamples;
    this.#snapshots = undefined;
    this.#snapshots = this.#openSnapshots();
  }

  async #followServer(before: Generation): Promise<void> {
    const served = ({ webServer, metrics, plugins }: Config): unknown => [
      webServer,
      metrics.enabled,
      plugins,
    ];
    const token = auditToken(this.#auditRoutes());
    const isOther = differ(before, this.#generation, served) || token !== this.#auditToken;
    if (!isOther && this.#server !== undefined) return;
    const old = this.#server;
    this.#server = undefined;
    await old?.close();
    this.#server = await this.#openServer();
  }

  async close(): Promise<void> {
    await this.#snapshots?.stop();
    await this.#server?.close();
    this.#server = undefined;
  }

  async #openServer(): Promise<HttpThread | undefined> {
    const { session } = this.#generation;
    const { webServer, metrics } = session.config;
    if (!webServer.enabled) return undefined;
    const routes = this.#auditRoutes();
    this.#auditToken = auditToken(routes);
    return openWebServer({
      config: webServer,
      versions: () => versionDocument(this.#generation.rules.loaded.plugins.versions),
      ...(metrics.enabled && { metrics: () => this.#page.text() }),
      routes,
      log: session.log,
    });
  }

  #auditRoutes(): readonly Route[] {
    const { session, rules } = this.#generation;
    const { enabled, k8sAuditPath } = session.config.webServer;
    return enabled ? auditRoutes(rules.loaded.plugins, k8sAuditPath) : [];
  }

  #openSnapshots(): MetricsSnapshots | undefined {
    const { config, log } = this.#session;
    if (!config.metrics.enabled) return undefined;
    const snapshots = new MetricsSnapshots({
      config: config.metrics,
      readers: this.#readers,
      files: this.#files,
      tell: this.#parts.tell,
      onProblem: (message) => log.error(message),
    });
    snapshots.start();
    return snapshots;
  }
}

function differ(left: Generation, right: Generation, of: (config: Config) => unknown): boolean {
  return JSON.stringify(of(left.session.config)) !== JSON.stringify(of(right.session.config));
}

function factsOf({ hostname, bootTimeNs }: LiveServicesParts): AgentFacts {
  const startedMs = Math.round(performance.timeOrigin);
  return {
    falcoVersion: FALCO_VERSION,
    sakerVersion: SAKER_VERSION,
    hostname,
    kernelRelease: release(),
    cpus: cpus().length,
    bootTimeNs,
    startTimeNs: BigInt(startedMs) * NS_PER_MS,
  };
}

function readingsOf(server: HttpThread | undefined): WebServerReadings | undefined {
  if (server === undefined) return undefined;
  const { counters, restarts } = server;
  return {
    requests: counters.get('requests'),
    errors: counters.get('errors'),
    connectionsRefused: counters.get('connectionsRefused'),
    requestsMalformed: counters.get('requestsMalformed'),
    bodiesTooLong: counters.get('bodiesTooLong'),
    busy: counters.get('busy'),
    restarts,
  };
}
