/**
 * One run of the agent: sources of events, the rules that look at them, alerts and their outputs,
 * and what is looked after once in a while. Configuration and rules can be replaced while it runs.
 */

import type { AlertMaker } from '@saker/core/engine/alert-maker.ts';
import { type InternalMessage, internalAlert } from '@saker/core/engine/internal-alert.ts';
import { SYSCALL_SOURCE } from '@saker/core/fields/field-classes.ts';
import type { Rule } from '@saker/core/rules/rule.ts';
import type { EventContext } from '@saker/core/state/event-context.ts';
import type { SystemState } from '@saker/core/state/system-state.ts';
import { AlertCaptures } from '../../capture/alert-captures.ts';
import { startOptimising, stopOptimising } from '../../host/compilers.ts';
import type { RunnableRules } from '../actions/load-rules.ts';
import { Detection } from '../detection.ts';
import { type RuleTotal, RuleTotals } from '../rule-totals.ts';
import { hostnameOf, type Session } from '../session.ts';
import type { Signals } from '../signals.ts';
import { Generation } from './generation.ts';
import { LiveAlerts } from './live-alerts.ts';
import { LiveLosses } from './live-losses.ts';
import { LiveOutputs } from './live-outputs.ts';
import { type Loaded, Reloads } from './reloads.ts';
import { tellStartOnly } from './start-only.ts';
import { SyscallSource } from './syscall-source.ts';

const NS_PER_MS = 1_000_000n;

export class LiveSession {
  /** Something ended the run that should not have. */
  hasFailed = false;
  /** An output hangs and keeps a thread: the process cannot end by itself. */
  isStuck = false;
  #generation: Generation;
  readonly #hostname: string;
  readonly #syscalls: SyscallSource;
  readonly #state: SystemState;
  #detection: Detection;
  readonly #totals = new RuleTotals();
  #captures: AlertCaptures | undefined;
  /** Captures of a configuration that was replaced, being written. */
  readonly #oldCaptures: Promise<void>[] = [];
  readonly #outputs: LiveOutputs;
  readonly #alerts: LiveAlerts;
  readonly #losses: LiveLosses;
  readonly #reloads: Reloads;
  #summary = '';

  /** SensorError when the kernel does not let us. */
  constructor(session: Session, rules: RunnableRules) {
    this.#hostname = hostnameOf(session);
    this.#syscalls = new SyscallSource({
      session,
      ruleSet: rules.ruleSet,
      onEvent: () => this.#onEvent(),
      onContainer: (id) => {
        this.#alerts.onContainer(id);
        // The next batch may be long in coming, and these have waited already.
        this.#outputs.flush();
      },
    });
    this.#state = this.#syscalls.state;
    const { state } = this.#syscalls;
    const sources = [SYSCALL_SOURCE];
    this.#generation = new Generation({ number: 1, session, rules, state, sources });
    this.#outputs = new LiveOutputs(session);
    this.#alerts = this.#openAlerts(session);
    this.#detection = this.#detect();
    this.#captures = capturesOf(session, state);
    this.#losses = new LiveLosses({
      config: session.config,
      sensor: this.#syscalls.sensor,
      events: this.#syscalls.events,
      outputs: this.#outputs,
      log: session.log,
      tell: (message) => this.#tell(message),
    });
    const loaded = { session, rules };
    this.#reloads = new Reloads(loaded, {
      take: (next) => this.#take(next),
      tell: (message) => this.#tell(message),
    });
    this.#syscalls.scan();
  }

  /** Since the start, with those of rules that are no longer loaded. */
  get ruleTotals(): readonly RuleTotal[] {
    return this.#totals.of(this.#generation.engines);
  }

  #openAlerts({ config }: Session): LiveAlerts {
    return new LiveAlerts({
      lines: () => this.#generation.session.config.lines,
      state: this.#state,
      waitMs: config.containers.waitMs,
      write: (alert) => this.#outputs.write(alert),
      isAwaited: (id) => this.#syscalls.containers.isAwaited(id),
    });
  }

  /** With the rules of the generation that is in place. */
  #detect(): Detection {
    const { session } = this.#generation;
    const { engine, maker } = this.#generation.of(SYSCALL_SOURCE);
    return new Detection({
      state: this.#state,
      engine,
      bufferBase64: session.config.bufferBase64,
      onMatch: (rule, context) => this.#onMatch(rule, context, maker),
    });
  }

  async run(signals: Signals): Promise<void> {
    startOptimising();
    try {
      await this.#syscalls.run((count) => this.#onPause(count, signals));
    } finally {
      stopOptimising();
    }
  }

  /** The last alerts go out, and nothing of ours stays in the kernel. */
  async close(): Promise<void> {
    await this.#syscalls.stop();
    await this.#reloads.close();
    await Promise.all([...this.#oldCaptures, this.#captures?.close()]);
    this.#alerts.flush();
    this.isStuck = !(await this.#outputs.closed());
    const { log } = this.#generation.session;
    if (this.isStuck) log.warning(`${this.#outputs.queued} alerts could not be written in time`);
    this.#syscalls.logCounts();
    log.debug(`Alerts without the name of their container: ${this.#alerts.unnamed}`);
    this.#summary = this.#losses.summary(this.#alerts.delivered);
    this.#syscalls.close();
  }

  /** For the end, after `close`. */
  get summary(): string {
    return this.#summary;
  }

  #onMatch(rule: Rule, context: EventContext, maker: AlertMaker): void {
    this.#alerts.onMatch(rule, context, maker);
    this.#captures?.onMatch(rule);
  }

  #onEvent(): void {
    this.#detection.onEvent();
    const message = this.#captures?.onEvent();
    if (message !== undefined) this.#tell(message);
  }

  #onPause(count: number, signals: Signals): boolean {
    const now = performance.now();
    const { timeLow, timeHigh } = this.#syscalls.event;
    if (count > 0) this.#losses.onEvents(now, timeLow, timeHigh);
    this.#alerts.tick();
    this.#syscalls.tick(now);
    // Events that are older than the clock may still come while there are any.
    if (count === 0 && this.#captures?.isActive === true) this.#captures.tick(wallTimeNs());
    if (this.#losses.check(now)) this.hasFailed = true;
    this.#outputs.flush();
    if (signals.reopenRequested) this.#reopen(signals);
    if (signals.reloadRequested) {
      signals.reloadRequested = false;
      this.#reloads.request('SIGHUP received');
    }
    return !this.#mustStop(signals);
  }

  #tell(message: InternalMessage): void {
    const { iso8601 } = this.#generation.session.config;
    const origin = { hostname: this.#hostname, iso8601 };
    this.#alerts.deliver(internalAlert(message, wallTimeNs(), origin));
  }

  #reopen(signals: Signals): void {
    signals.reopenRequested = false;
    this.#generation.session.log.info('SIGUSR1 received, reopening outputs...');
    this.#outputs.reopen();
  }

  /** Between two events. */
  #take({ session, rules }: Loaded): void {
    const before = this.#generation;
    const state = this.#state;
    const sources = [...before.sources].map(({ source }) => source);
    const number = before.number + 1;
    const next = new Generation({ number, session, rules, state, sources });
    this.#syscalls.select(session, rules.ruleSet);
    for (const engine of before.engines) this.#totals.retire(engine);
    this.#generation = next;
    this.#detection = this.#detect();
    this.#outputs.follow(session);
    this.#followCaptures(before.session, session);
    const { log } = session;
    tellStartOnly(before.session.config, session.config, log);
    log.info(`Generation ${number} of the configuration is in place, with ${next.ruleCount} rules`);
  }

  #followCaptures(before: Session, session: Session): void {
    if (JSON.stringify(before.config.capture) === JSON.stringify(session.config.capture)) return;
    if (this.#captures !== undefined) this.#oldCaptures.push(this.#captures.close());
    this.#captures = capturesOf(session, this.#state);
  }

  #mustStop({ stopRequested }: Signals): boolean {
    if (stopRequested !== undefined) {
      this.#generation.session.log.info(`${stopRequested} received, exiting...`);
    }
    if (this.#outputs.hasFailed) this.hasFailed = true;
    return stopRequested !== undefined || this.hasFailed || this.#outputs.isClosed;
  }
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
