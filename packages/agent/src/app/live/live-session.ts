/**
 * One run of live detection: the sensor, the state of the machine, the rules, the outputs on their
 * own thread, and what is looked after once in a while.
 */

import { hostname } from 'node:os';
import { AlertMaker } from '@saker/core/engine/alert-maker.ts';
import { type InternalMessage, internalAlert } from '@saker/core/engine/internal-alert.ts';
import { RuleEngine } from '@saker/core/engine/rule-engine.ts';
import { EventView } from '@saker/core/events/event-view.ts';
import type { FieldTable } from '@saker/core/fields/field-catalogue.ts';
import type { Rule, RuleSet } from '@saker/core/rules/rule.ts';
import type { ContainerOptions } from '@saker/core/state/cgroups.ts';
import { unknownContainer } from '@saker/core/state/container-info.ts';
import type { EventContext } from '@saker/core/state/event-context.ts';
import { SystemState } from '@saker/core/state/system-state.ts';
import { sensorImage } from '@saker/sensor/image.ts';
import { Sensor } from '@saker/sensor/sensor.ts';
import { AlertCaptures } from '../../capture/alert-captures.ts';
import type { ContainersConfig } from '../../config/config.ts';
import { startOptimising, stopOptimising } from '../../host/compilers.ts';
import { OutputThreads } from '../../outputs/thread/output-threads.ts';
import { LiveEvents } from '../../sources/live/live-events.ts';
import { ProcProbe } from '../../sources/proc/proc-probe.ts';
import { scanMachine } from '../../sources/proc/proc-scan.ts';
import { ProcTree } from '../../sources/proc/proc-tree.ts';
import { ringBytes, ringText } from '../../sources/ring-size.ts';
import { Detection } from '../detection.ts';
import { fieldTable } from '../field-table.ts';
import type { Session } from '../session.ts';
import type { Signals } from '../signals.ts';
import { LiveAlerts } from './live-alerts.ts';
import { LiveContainers } from './live-containers.ts';
import { LiveLosses } from './live-losses.ts';
import { RestartTrial } from './restart.ts';
import { selectSyscalls, tellUnrecorded } from './select-syscalls.ts';

/** Lines that may wait for outputs: minutes of a busy host, and 100 MB at most. */
const LINES_MAX = 100_000;
/** The wall clock is looked at so often: records take their time from it. */
const CLOCK_EVERY_MS = 10_000;
/** Of LOG_CRIT. */
const CRITICAL = 2;
const NS_PER_MS = 1_000_000n;

export class LiveSession {
  readonly engine: RuleEngine;
  /** Something ended the run that should not have. */
  hasFailed = false;
  /** The run ends so that the program can start anew. */
  isRestarting = false;
  /** An output hangs and keeps a thread: the process cannot end by itself. */
  isStuck = false;
  readonly #session: Session;
  readonly #hostname: string;
  readonly #hostRoot: string;
  readonly #sensor: Sensor;
  readonly #state: SystemState;
  readonly #event: EventView;
  readonly #events: LiveEvents;
  readonly #tree: ProcTree;
  readonly #probe: ProcProbe;
  readonly #containers: LiveContainers;
  readonly #detection: Detection;
  readonly #captures: AlertCaptures | undefined;
  readonly #consumer = { onEvent: (): void => this.#onEvent() };
  readonly #outputs: OutputThreads;
  readonly #alerts: LiveAlerts;
  readonly #losses: LiveLosses;
  readonly #trial = new RestartTrial();
  #summary = '';
  #clockAtMs = 0;

  /** SensorError when the kernel does not let us. */
  constructor(session: Session, ruleSet: RuleSet) {
    const { config, environment } = session;
    this.#session = session;
    this.#hostname = environment['FALCO_HOSTNAME'] ?? hostname();
    this.#hostRoot = environment['HOST_ROOT'] ?? '';
    // From here on records wait in the ring while everything else gets ready.
    this.#sensor = openSensor(session, ruleSet);
    tellUnrecorded(ruleSet, this.#sensor.programNames, session.log);
    this.#event = new EventView();
    this.#events = new LiveEvents(this.#sensor, this.#event);
    this.#containers = this.#openContainers();
    this.#tree = new ProcTree({ hostRoot: this.#hostRoot, hostname: this.#hostname });
    this.#probe = new ProcProbe(this.#tree);
    this.#state = this.#openState();
    const fields = fieldTable(config.staticFields);
    const { ruleMatching: matching, bufferBase64 } = config;
    const state = this.#state;
    this.engine = new RuleEngine(ruleSet, { fields, state, matching, evaluator: 'fast' });
    this.#outputs = new OutputThreads({
      outputs: config.outputs,
      linesMax: LINES_MAX,
      onProblem: (message) => session.log.error(message),
    });
    this.#alerts = this.#openAlerts(fields);
    this.#detection = new Detection({
      state,
      engine: this.engine,
      bufferBase64,
      onMatch: (rule, context) => this.#onMatch(rule, context),
    });
    this.#captures = capturesOf(session, state);
    this.#losses = new LiveLosses({
      config,
      sensor: this.#sensor,
      events: this.#events,
      outputs: this.#outputs,
      log: session.log,
      tell: (message) => this.#tell(message),
    });
    session.log.info("Opening 'syscall' source with modern BPF probe.");
    this.#scan();
  }

  #openContainers(): LiveContainers {
    const { config, log } = this.#session;
    return new LiveContainers({
      config: config.containers,
      hostRoot: this.#hostRoot,
      log,
      onRecord: (record) => this.#events.insert(record, this.#consumer),
      onKnown: (id) => {
        this.#alerts.onContainer(id);
        // The next batch may be long in coming, and these have waited already.
        this.#outputs.flush();
      },
    });
  }

  #openState(): SystemState {
    const { config } = this.#session;
    return new SystemState(this.#event, {
      ...(config.threadTableSize > 0 && { threadsMax: config.threadTableSize }),
      containers: {
        engines: config.containers.engines,
        ...staticContainer(config.containers),
        onMatch: (match, cgroup) => this.#containers.onMatch(match, cgroup),
      },
      probe: this.#probe,
      bootTime: this.#tree.bootTime,
      ipv6ListenersLoseTuple: false,
      purgeIntervalS: config.threadPurge.intervalS,
      threadTimeoutS: config.threadPurge.timeoutS,
    });
  }

  #openAlerts(fields: FieldTable): LiveAlerts {
    const { iso8601, lines, containers } = this.#session.config;
    return new LiveAlerts({
      maker: new AlertMaker({ fields, hostname: this.#hostname, iso8601 }),
      lines,
      state: this.#state,
      waitMs: containers.waitMs,
      write: (line) => this.#outputs.write(line),
      isAwaited: (id) => this.#containers.isAwaited(id),
    });
  }

  /** What was there before the first record. Records that come meanwhile are applied after it. */
  #scan(): void {
    this.#containers.watch(this.#state, this.#tree);
    const summary = scanMachine(this.#tree, this.#state, {
      onThread: (tid, startTicks) => this.#probe.noteStart(tid, startTicks),
    });
    const { threads, descriptors, durationMs } = summary;
    const took = `${durationMs.toFixed(0)} ms`;
    this.#session.log.debug(`Found ${threads} threads with ${descriptors} descriptors in ${took}`);
  }

  async run(signals: Signals): Promise<void> {
    startOptimising();
    try {
      await this.#containers.start();
      await this.#events.read({
        ...this.#consumer,
        onPause: (count) => this.#onPause(count, signals),
        isExpectant: () => this.#alerts.isHolding || this.#containers.isLooking(performance.now()),
      });
      this.#sensor.detach();
      this.#events.readRest(this.#consumer);
    } finally {
      stopOptimising();
    }
  }

  /** The last alerts go out, and nothing of ours stays in the kernel. */
  async close(): Promise<void> {
    this.#sensor.detach();
    this.#trial.cancel();
    await this.#containers.stop();
    await this.#captures?.close();
    this.#alerts.flush();
    this.isStuck = !(await this.#outputs.closed());
    if (this.isStuck) {
      this.#session.log.warning(`${this.#outputs.queued} alerts could not be written in time`);
    }
    this.#logCounts();
    this.#summary = this.#losses.summary(this.#alerts.delivered);
    this.#sensor.close();
    this.#tree.close();
  }

  /** What does not concern everybody, but whoever looks for what is missing in an alert. */
  #logCounts(): void {
    const { threads, fds, gone, refused, fdsLeftOut } = this.#probe.counters;
    const { log } = this.#session;
    const { stats, accountsDropped } = this.#containers;
    if (stats !== undefined) {
      const { delivered, notFound, errors, dropped, omitted } = stats;
      log.debug(
        `Containers: ${delivered} times metadata, ${notFound} unknown to all runtimes, ` +
          `${errors} errors; left out: ${dropped} lookups, ${omitted} values, the users of ` +
          `${accountsDropped}; alerts without a name: ${this.#alerts.unnamed}`,
      );
    }
    log.debug(
      `Looked up in /proc: ${threads} threads and ${fds} descriptors; ${gone} were gone, for ` +
        `${refused} there was no time, ${fdsLeftOut} descriptors were left out`,
    );
  }

  /** For the end, after `close`. */
  get summary(): string {
    return this.#summary;
  }

  #onMatch(rule: Rule, context: EventContext): void {
    this.#alerts.onMatch(rule, context);
    this.#captures?.onMatch(rule);
  }

  #onEvent(): void {
    this.#detection.onEvent();
    const message = this.#captures?.onEvent();
    if (message !== undefined) this.#tell(message);
  }

  #onPause(count: number, signals: Signals): boolean {
    const now = performance.now();
    const { timeLow, timeHigh } = this.#event;
    if (count > 0) this.#losses.onEvents(now, timeLow, timeHigh);
    this.#alerts.tick();
    this.#containers.tick(now);
    // Events that are older than the clock may still come while there are any.
    if (count === 0 && this.#captures?.isActive === true) this.#captures.tick(wallTimeNs());
    if (this.#losses.check(now)) this.hasFailed = true;
    if (now - this.#clockAtMs > CLOCK_EVERY_MS) this.#followClock(now);
    this.#outputs.flush();
    if (signals.reopenRequested) this.#reopen(signals);
    if (signals.restartRequested && !this.#trial.isRunning) void this.#restart(signals);
    return !this.#mustStop(signals);
  }

  #followClock(now: number): void {
    this.#clockAtMs = now;
    this.#sensor.followClock();
    // No events, no time: then the wall clock tells the state what is old.
    this.#state.purgeIfDue(Number(wallTimeNs() >> 32n));
  }

  #tell(message: InternalMessage): void {
    const { iso8601 } = this.#session.config;
    const origin = { hostname: this.#hostname, iso8601 };
    this.#alerts.deliver(internalAlert(message, wallTimeNs(), origin));
  }

  #reopen(signals: Signals): void {
    signals.reopenRequested = false;
    this.#session.log.info('SIGUSR1 received, reopening outputs...');
    this.#outputs.reopen();
  }

  /**
   * Goes on with what runs unless a trial shows that what is there now would run. Never rejects.
   */
  async #restart(signals: Signals): Promise<void> {
    signals.restartRequested = false;
    const { log } = this.#session;
    log.info('SIGHUP received, restarting...');
    const problem = await this.#trial.run();
    if (this.#trial.isCancelled) return;
    if (problem === undefined) {
      this.isRestarting = true;
      return;
    }
    log.error(`not restarted: ${problem}`);
    const rule = 'Falco internal: hot restart failure';
    this.#tell({ rule, priority: CRITICAL, text: `${rule}: ${problem}`, fields: {} });
  }

  #mustStop({ stopRequested }: Signals): boolean {
    if (stopRequested !== undefined) {
      this.#session.log.info(`${stopRequested} received, exiting...`);
    }
    if (this.#outputs.hasFailed) this.hasFailed = true;
    const isOver = stopRequested !== undefined || this.hasFailed || this.isRestarting;
    return isOver || this.#outputs.isClosed;
  }
}

function openSensor({ config, log }: Session, ruleSet: RuleSet): Sensor {
  const wishes = { base: config.baseSyscalls, keepsClose: config.capture.enabled };
  const syscalls = selectSyscalls(ruleSet, wishes, log);
  const bytes = ringBytes(config.engine.ringPreset);
  log.info(ringText(bytes));
  return new Sensor({
    image: sensorImage(),
    syscalls,
    ringBytes: bytes,
    dropFailed: config.engine.dropsFailedCalls,
    snapBytes: config.snapBytes,
  });
}

function capturesOf(
  { config: { capture }, log }: Session,
  state: SystemState,
): AlertCaptures | undefined {
  return capture.enabled ? new AlertCaptures({ config: capture, state, log }) : undefined;
}

function wallTimeNs(): bigint {
  return BigInt(Date.now()) * NS_PER_MS;
}

function staticContainer({ staticContainer: fixed }: ContainersConfig): ContainerOptions {
  if (fixed === undefined) return {};
  const { id, name, image } = fixed;
  return { staticContainer: { ...unknownContainer, id, name, image, type: 'static' } };
}
