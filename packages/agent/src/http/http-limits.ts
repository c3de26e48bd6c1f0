/**
 * What a client can ask of an HTTP thread. Each value bounds something that a client decides about.
 */

export interface HttpLimits {
  /** Request line and headers together; 431 beyond. */
  readonly headerBytesMax: number;
  /** Time for them to arrive; 408 beyond. */
  readonly headersMs: number;
  /** Time for the whole request to arrive; 408 beyond. */
  readonly requestMs: number;
  /** A connection on which nothing moves, an answer that nobody reads included, is closed. */
  readonly idleMs: number;
  /** A connection without a request is kept so long. */
  readonly keepAliveMs: number;
  /** Those beyond are closed at once. */
  readonly connectionsMax: number;
  /** Of routes that name no limit of their own; 413 beyond. */
  readonly bodyBytesMax: number;
  /** Bodies that are being read or are with the main thread, together; 503 beyond. */
  readonly bodiesBytesMax: number;
  /** Requests that wait for the main thread; 503 beyond. */
  readonly asksMax: number;
  /** How long one of them waits; 503 beyond. */
  readonly answerMs: number;
}

const KIB = 1 << 10;
const MIB = 1 << 20;

export const HTTP_LIMITS: HttpLimits = {
  // Node's own default; Falco's server takes 8 KiB of each line.
  headerBytesMax: 16 * KIB,
  // A probe's headers come in one packet; ten seconds are for the worst of networks.
  headersMs: 10_000,
  // The largest body over a line of 4 Mbit/s.
  requestMs: 30_000,
  idleMs: 30_000,
  // Falco's: the default of its library.
  keepAliveMs: 5000,
  // Probes, scrapes and the servers of a cluster's API, many times over.
  connectionsMax: 256,
  // The k8saudit plugin's default for what is posted to it (webhookMaxBatchSize).
  bodyBytesMax: 12 * MIB,
  // Five of the largest.
  bodiesBytesMax: 64 * MIB,
  // The k8saudit plugin's queue of bodies holds as many.
  asksMax: 50,
  // Less than the 10 s after which Prometheus gives up.
  answerMs: 8000,
};
