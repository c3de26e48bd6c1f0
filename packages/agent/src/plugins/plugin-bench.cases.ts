/** For tests: plugins run on their own, with rules, until their source ends. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { AlertMaker } from '@saker/core/engine/alert-maker.ts';
import { RuleEngine } from '@saker/core/engine/rule-engine.ts';
import { ruleSources, syscallEventTypes } from '@saker/core/engine/syscall-source.ts';
import type { FieldTable } from '@saker/core/fields/field-catalogue.ts';
import { type LoadResult, loadRules } from '@saker/core/rules/load-rules.ts';
import type { PluginConfig } from '../config/service-config.ts';
import type { LoadedPlugins } from './loaded-plugins.ts';
import { openPlugins } from './open-plugins.ts';
import type { PluginError } from './plugin-error.ts';
import type { PluginSource } from './plugin-source.ts';

const NO_FIELDS: ReadonlyMap<string, string> = new Map();
const WAIT_MS = 20_000;
const REST_MS = 1000;

/** An entry of `plugins`, with what is not given empty. */
export function entry(name: string, more: Partial<PluginConfig> = {}): PluginConfig {
  return { name, libraryPath: '', initConfig: undefined, openParams: '', ...more };
}

export function folder(context: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'saker-plugins-'));
  context.after(() => rmSync(path, { recursive: true }));
  return path;
}

/** `level: message`, as they come. */
export class KeptLog {
  readonly lines: string[] = [];

  log(level: string, message: string): void {
    this.lines.push(`${level}: ${message}`);
  }
}

export class PluginBench {
  readonly plugins: LoadedPlugins;
  readonly log: KeptLog;

  private constructor(plugins: LoadedPlugins, log: KeptLog) {
    this.plugins = plugins;
    this.log = log;
  }

  static async open(
    context: TestContext,
    ...configs: readonly PluginConfig[]
  ): Promise<PluginBench> {
    const log = new KeptLog();
    const plugins = await openPlugins(configs, { log });
    context.after(() => plugins.close());
    return new PluginBench(plugins, log);
  }

  load(rules: string): LoadResult {
    const { plugins } = this;
    const tables = plugins.sourceFields(NO_FIELDS);
    return loadRules([{ name: 'rules.yaml', text: rules }], {
      sources: ruleSources(plugins.syscallFields(NO_FIELDS), tables),
      eventTypes: syscallEventTypes,
      plugins: plugins.versions,
    });
  }

  /** Rules on a source from its beginning; what it gives is stopped when the test ends. */
  async start(context: TestContext, source: string, rules: string): Promise<SourceRun> {
    const result = this.load(rules);
    if (!result.successful) throw new Error(JSON.stringify(result.files[0]?.errors));
    const fields = this.plugins.sourceFields(NO_FIELDS).get(source);
    if (fields === undefined) throw new Error(`there is no source ${source}`);
    const run = new SourceRun(this.plugins, { source, fields, result });
    context.after(() => run.close());
    await run.open();
    return run;
  }
}

interface RunParts {
  readonly source: string;
  readonly fields: FieldTable;
  readonly result: LoadResult;
}

export class SourceRun {
  readonly source: PluginSource;
  /** `Rule: message` of every match. */
  readonly alerts: string[] = [];
  events = 0;
  readonly #engine: RuleEngine;
  readonly #maker: AlertMaker;
  readonly #ended = Promise.withResolvers<PluginError | undefined>();

  constructor(plugins: LoadedPlugins, { source, fields, result }: RunParts) {
    const opened = plugins.source(source, { onEnd: (error) => this.#ended.resolve(error) });
    if (opened === undefined) throw new Error(`no plugin gives ${source}`);
    this.source = opened;
    const { state } = opened;
    const options = { fields, state, matching: 'all', evaluator: 'fast', source } as const;
    this.#engine = new RuleEngine(result.ruleSet, options);
    this.#maker = new AlertMaker({ fields, hostname: 'bench', iso8601: false });
  }

  async open(): Promise<void> {
    await this.source.open();
    this.source.start({ onEvent: () => this.#onEvent(), onPause: () => {} });
  }

  #onEvent(): void {
    const { state } = this.source;
    if (!state.apply()) return;
    this.events++;
    const count = this.#engine.evaluate(state.context);
    for (let at = 0; at < count; at++) {
      const { rule, message } = this.#maker.make(this.#engine.matched(at), state.context);
      this.alerts.push(`${rule}: ${message}`);
    }
  }

  /** With what, if anything, the source ended. */
  ended(): Promise<PluginError | undefined> {
    return within(this.#ended.promise, 'the source does not end');
  }

  close(): Promise<number> {
    return this.source.close(REST_MS);
  }
}

/** Fails when it takes longer than any of these should. */
export async function within<Value>(promise: Promise<Value>, otherwise: string): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(otherwise)), WAIT_MS);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Waits for a condition. */
export async function until(isThere: () => boolean, otherwise: string): Promise<void> {
  const endMs = Date.now() + WAIT_MS;
  while (!isThere()) {
    if (Date.now() > endMs) throw new Error(otherwise);
    // biome-ignore lint/performance/noAwaitInLoops: one look after the other
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}
