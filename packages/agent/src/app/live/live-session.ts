/**
 * One run of the agent: sources of events, the rules that look at them, alerts and their outputs,
 * and what is looked after once in a while. Configuration and rules can be replaced while it runs.
 */

import { setTimeout as pause } from 'node:timers/promises';
import type { AlertMaker } from '@saker/core/engine/alert-maker.ts';
import { type InternalMessage, internalAlert } from '@saker/core/engine/internal-alert.ts';
import { EventView } from '@saker/core/events/event-view.ts';
import { SYSCALL_SOURCE } from '@saker/core/fields/field-classes.ts';
import type { Rule } from '@saker/core/rules/rule.ts';
import type { EventContext } from '@saker/core/state/event-context.ts';
import { SystemState } from '@saker/core/state/system-state.ts';
import { bootTimeNs } from '@saker/sensor/boot-time.ts';
import { startOptimising, stopOptimising } from '../../host/compilers.ts';
import { lostOf } from '../../plugins/event-queue.ts';
import type { PluginError } from '../../plugins/plugin-error.ts';
import type { PluginSource } from '../../plugins/plugin-source.ts';
import type { RunnableRules } from '../actions/load-rules.ts';
import type { RuleTotal } from '../rule-totals.ts';
import { hostnameOf, type Session } from '../session.ts';
import type { Signals } from '../signals.ts';
import { Generation } from './generation.ts';
import { LiveAlerts } from './live-alerts.ts';
import { LiveCaptures } from './live-captures.ts';
import { LiveLosses } from './live-losses.ts';
import { LiveOutputs } from './live-outputs.ts';
import { liveReaders, type ReadRun } from './live-readers.ts';
import { LiveRules } from './live-rules.ts';
import { LiveServices } from './live-services.ts';
import { ownMachine } from './own-machine.ts';
import { PluginSources } from './plugin-sources.ts';
import { type Loaded, Reloads } from './reloads.ts';
import { tellStartOnly } from './start-only.ts';
import { SyscallSource } from './syscall-source.ts';

export interface LiveParts {
  readonly session: Session;
  readonly rules: RunnableRules;
  /** Event sources to read. */
  readonly sources: readonly string[];
}

const NS_PER_MS = 1_000_000n;
/** Without system calls: signals and timers are looked after so often. */
const IDLE_MS = 100;
/** What is said about lost alerts is thought of so often. */
const DROPS_EVERY_MS = 1000;
/** The alert about a source that ended. */
const ERROR_PRIORITY = 3;

export class LiveSession {
  /** Something ended the run that should not have. */
  hasFailed = false;
  /** An output hangs and keeps a thread: the process cannot end by itself. */
  isStuck = false;
  #generation: Generation;
  readonly #sources: readonly string[];
  readonly #hostname: string;
  readonly #syscalls: SyscallSource | undefined;
  readonly #plugins: PluginSources;
  /** Of plugins' sources there may be none, and alerts are still about something. */
  readonly #state: SystemState;
  readonly #rules: LiveRules;
  readonly #captures: LiveCaptures;
  readonly #outputs: LiveOutputs;
  readonly #alerts: LiveAlerts;
  readonly #losses: LiveLosses | undefined;
  readonly #reloads: Reloads;
  readonly #services: LiveServices;
  #servicesStarted: Promise<void> | undefined = undefined;
  #cannotServe = false;
  #dropsAtMs = 0;
  #summary = '';

  /** SensorError when the kernel does not let us. */
  constructor({ session, rules, sources }: LiveParts) {
    this.#sources = sources;
    this.#hostname = hostnameOf(session);
    this.#syscalls = sources.includes(SYSCALL_SOURCE)
      ? this.#openSyscalls(session, rules)
      : undefined;
    this.#state = this.#syscalls?.state ?? new SystemState(new EventView());
    this.#plugins = this.#openPlugins(session);
    const states = new Map([[SYSCALL_SOURCE, this.#state]]);
    this.#generation = new Generation({ number: 1, session, rules, states });
    this.#outputs = new LiveOutputs(session);
    this.#alerts = this.#openAlerts(session);
    this.#captures = new LiveCaptures(session, this.#state);
    this.#rules = new LiveRules((rule, context, maker) => this.#onMatch(rule, context, maker));
    this.#losses = this.#syscalls && this.#openLosses(session, this.#syscalls);
    this.#reloads = new Reloads(
      { session, rules },
      {
        take: (loaded) => this.#take(loaded),
        tell: (message) => this.#tell(message),
      },
    );
    this.#services = this.#openServices();
    this.#rules.follow(this.#generation, this.#services.timing);
    this.#syscalls?.scan();
  }

  /** Since the start, with those of rules that are no longer loaded. */
  get ruleTotals(): readonly RuleTotal[] {
    return this.#rules.totals;
  }

  #openSyscalls(session: Session, rules: RunnableRules): SyscallSource {
    return new SyscallSource({
      session,
      rules,
      onEvent: () => this.#onEvent(),
      onContainer: (id) => {
        this.#alerts.onContainer(id);
        // The next batch may be long in coming, and these have waited already.
        this.#outputs.flush();
      },
    });
  }

  #openPlugins(session: Session): PluginSources {
    const { config, log } = session;
    const syscalls = this.#syscalls;
    const machine = config.pluginsSeeHost ? (syscalls?.machine ?? ownMachine(session)) : undefined;
    return new PluginSources({
      syscallTarget:
        syscalls && ((name, data, timeNs) => syscalls.insertAsync({ name, data, timeNs })),
      machine,
      onEvent: (source) => this.#rules.onPluginEvent(source),
      onPause: () => this.#outputs.flush(),
      onEnd: (source, error) => this.#onEnd(source, error),
      onReopen: () => {
        const { number, session, rules } = this.#generation;
        const states = this.#statesOf(this.#plugins.open);
        this.#replace(new Generation({ number, session, rules, states }));
      },
      onProblem: (message) => log.error(message),
    });
  }

  #openAlerts({ config }: Session): LiveAlerts {
    return new LiveAlerts({
      lines: () => this.#generation.session.config.lines,
      state: this.#state,
      waitMs: config.containers.waitMs,
      write: (alert) => this.#outputs.write(alert),
      onAlert: (alert, container) => this.#services.onAlert(alert, container),
      isAwaited: (id) => this.#syscalls?.containers.isAwaited(id) === true,
    });
  }

  #openLosses({ config, log }: Session, source: SyscallSource): LiveLosses {
    const tell = (message: InternalMessage): void => this.#tell(message);
    return new LiveLosses({ config, source, log, tell });
  }

  #openServices(): LiveServices {
    const syscalls = this.#syscalls;
    return new LiveServices({
      generation: this.#generation,
      hostname: this.#hostname,
      bootTimeNs: BigInt(syscalls?.state.bootTime ?? bootTimeNs()),
      readers: liveReaders(() => this.#readings, { syscalls }),
      tell: (message) => this.#tell(message),
    });
  }

  get #readings(): ReadRun {
    return {
      generation: this.#generation,
      syscalls: this.#syscalls,
      plugins: this.#plugins,
      alerts: this.#alerts,
      outputs: this.#outputs,
      reloads: this.#reloads,
      ruleTotals: this.ruleTotals,
      syscallEvents: this.#rules.syscallEvents,
    };
  }

  /** HttpError and the like when what the configuration asks for cannot be had. */
  async run(signals: Signals): Promise<void> {
    startOptimising();
    try {
      await this.#startPlugins();
      this.#reloads.start();
      if (this.#syscalls === undefined) {
        // biome-ignore lint/performance/noAwaitInLoops: one look after the other is the point
        while (this.#onPause(0, signals)) await pause(IDLE_MS);
      } else {
        await this.#syscalls.run({
          onPause: (count) => this.#onPause(count, signals),
          isExpectant: () => this.#alerts.isHolding,
        });
      }
    } finally {
      stopOptimising();
    }
    await this.#servicesStarted;
  }

  /** When the first events were looked at: they matter more. What fails ends the run. */
  #startServices(): Promise<void> {
    const started = this.#services.start();
    started.catch(() => {
      this.#cannotServe = true;
    });
    return started;
  }

  /** PluginError when a source cannot be opened. */
  async #startPlugins(): Promise<void> {
    const { session, rules } = this.#generation;
    const { plugins } = rules.loaded;
    const prepared = await this.#plugins.prepare(plugins, this.#pluginNames(rules));
    if (prepared.length > 0) {
      const states = this.#statesOf(prepared);
      this.#replace(new Generation({ number: 1, session, rules, states }));
    }
    await this.#plugins.take(plugins, prepared);
    for (const { name } of prepared) session.log.info(`Opening '${name}' source with plugin`);
  }

  /** Of the plugins' sources those that are to be read. */
  #pluginNames({ loaded: { plugins } }: RunnableRules): readonly string[] {
    return plugins.sources.filter((source) => this.#sources.includes(source));
  }

  #statesOf(sources: readonly PluginSource[]): ReadonlyMap<string, SystemState> {
    return new Map([
      ...(this.#syscalls === undefined ? [] : ([[SYSCALL_SOURCE, this.#state]] as const)),
      ...sources.map(({ name, state }) => [name, state] as const),
    ]);
  }

  /** The last alerts go out, and nothing of ours stays in the kernel. */
  async close(): Promise<void> {
    await this.#syscalls?.stop();
    await this.#reloads.close();
    await Promise.allSettled([this.#servicesStarted]);
    await this.#services.close();
    await this.#plugins.close();
    await this.#generation.rules.loaded.plugins.close();
    await this.#captures.close();
    this.#alerts.flush();
    this.isStuck = !(await this.#outputs.closed());
    const { log } = this.#generation.session;
    this.#syscalls?.logCounts();
    log.debug(`Alerts without the name of their container: ${this.#alerts.unnamed}`);
    this.#summary = this.#summarise();
    this.#syscalls?.close();
  }

  #summarise(): string {
    const lost = this.#outputs.lost === 0 ? '' : `, alerts lost: ${this.#outputs.lost}`;
    const ofPlugins = this.#plugins.counters.map(
      ([name, counters]) => `Events of ${name}: ${counters.taken}, lost: ${lostOf(counters)}\n`,
    );
    const counts = this.#losses?.counts ?? { events: 0, lost: 0 };
    return (
      `Events: ${counts.events}, lost: ${counts.lost}, alerts: ${this.#alerts.delivered}${lost}\n` +
      ofPlugins.join('') +
      (this.#losses?.summary ?? '')
    );
  }

  /** For the end, after `close`. */
  get summary(): string {
    return this.#summary;
  }

  #onMatch(rule: Rule, context: EventContext, maker: AlertMaker): void {
    this.#alerts.onMatch(rule, context, maker);
    if (context.state === this.#state) this.#captures.onMatch(rule);
  }

  /** Of a system call. */
  #onEvent(): void {
    this.#rules.onSyscall(this.#state.context);
    const message = this.#captures.onEvent();
    if (message !== undefined) this.#tell(message);
  }

  #onPause(count: number, signals: Signals): boolean {
    const now = performance.now();
    this.#alerts.tick();
    if (this.#syscalls !== undefined) this.#lookAfter(this.#syscalls, count, now);
    if (now - this.#dropsAtMs > DROPS_EVERY_MS) this.#tellDrops(now);
    this.#outputs.flush();
    this.#servicesStarted ??= this.#startServices();
    if (signals.reopenRequested) this.#reopen(signals);
    if (signals.reloadRequested) {
      signals.reloadRequested = false;
      this.#reloads.request('SIGHUP received');
    }
    return !this.#mustStop(signals);
  }

  #lookAfter(syscalls: SyscallSource, count: number, now: number): void {
    const { timeLow, timeHigh } = syscalls.event;
    if (count > 0) this.#losses?.onEvents(now, timeLow, timeHigh);
    syscalls.tick(now);
    // Events that are older than the clock may still come while there are any.
    if (count === 0) this.#captures.tick(wallTimeNs);
    if (this.#losses?.check(now) === true) this.hasFailed = true;
  }

  #tellDrops(now: number): void {
    this.#dropsAtMs = now;
    const report = this.#outputs.dropReport(now);
    if (report === undefined) return;
    this.#generation.session.log.error(report.text);
    this.#tell(report.alert);
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

  #onEnd({ name }: PluginSource, error: PluginError | undefined): void {
    const { log } = this.#generation.session;
    if (error === undefined) {
      log.info(`source ${name} has ended`);
      return;
    }
    log.error(error.message);
    const rule = 'Falco internal: event source failure';
    this.#tell({
      rule,
      priority: ERROR_PRIORITY,
      text: `${rule}: ${error.message}`,
      fields: { source: name },
    });
    if (this.#syscalls === undefined) this.hasFailed = true;
  }

  /** Until the generation is replaced nothing has changed, and afterwards nothing throws. */
  async #take({ session, rules }: Loaded): Promise<void> {
    const before = this.#generation;
    const number = before.number + 1;
    const prepared = await this.#plugins.prepare(rules.loaded.plugins, this.#pluginNames(rules));
    try {
      const next = new Generation({ number, session, rules, states: this.#statesOf(prepared) });
      this.#syscalls?.select(session, rules);
      this.#outputs.follow(session);
      this.#replace(next);
    } catch (error) {
      await this.#plugins.discard(prepared);
      throw error;
    }
    this.#captures.follow(session);
    await this.#plugins.take(rules.loaded.plugins, prepared);
    if (this.#servicesStarted !== undefined) {
      await Promise.allSettled([this.#servicesStarted]);
      await this.#services.follow(before);
    }
    const { log } = session;
    tellStartOnly(before.session.config, session.config, log);
    const { ruleCount } = this.#generation;
    log.info(`Generation ${number} of the configuration is in place, with ${ruleCount} rules`);
  }

  /** Between two events. */
  #replace(next: Generation): void {
    this.#generation = next;
    this.#services.take(next);
    this.#rules.follow(next, this.#services.timing);
  }

  #mustStop({ stopRequested }: Signals): boolean {
    if (stopRequested !== undefined) {
      this.#generation.session.log.info(`${stopRequested} received, exiting...`);
    }
    if (this.#outputs.hasFailed) this.hasFailed = true;
    const hasFailed = this.hasFailed || this.#cannotServe;
    const isOver = this.#syscalls === undefined && this.#plugins.areOver;
    return stopRequested !== undefined || hasFailed || this.#outputs.isClosed || isOver;
  }
}

function wallTimeNs(): bigint {
  return BigInt(Date.now()) * NS_PER_MS;
}
