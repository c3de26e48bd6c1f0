/**
 * The actions that load rules: `-V`, `-L`, `-l`, `--support`, `--dry-run`, and detection itself.
 */

import { writeFileSync } from 'node:fs';
import { arch } from 'node:os';
import { SYSCALL_SOURCE } from '@saker/core/fields/field-classes.ts';
import type { OutputsConfig } from '../config/config.ts';
import { reasonOf } from '../host/errno.ts';
import type { LoadedPlugins } from '../plugins/loaded-plugins.ts';
import type { RunnableRules } from './actions/load-rules.ts';
import { CommandError } from './command-error.ts';
import { chosenSources, readSources } from './event-sources.ts';
import type { Session } from './session.ts';
import { openSessionPlugins } from './session-plugins.ts';
import { SAKER_VERSION } from './versions.ts';

/** The exit code. */
export async function detect(session: Session): Promise<number> {
  logStart(session);
  const plugins = await openSessionPlugins(session);
  let rules: LiveRules | undefined;
  try {
    const done = await finishOrPrepare(session, plugins);
    if (typeof done === 'number') return done;
    rules = done;
  } finally {
    if (rules === undefined) await plugins.close();
  }
  const { live } = await import('./actions/live.ts');
  return live(session, rules.rules, rules.sources);
}

/** Rules for live detection, which closes their plugins itself: a reload replaces them. */
interface LiveRules {
  readonly rules: RunnableRules;
  readonly sources: readonly string[];
}

/** The exit code of everything else. */
async function finishOrPrepare(
  session: Session,
  plugins: LoadedPlugins,
): Promise<LiveRules | number> {
  const { flags, config, streams, log } = session;
  const isReplay = config.engine.kind === 'replay';
  const known = [SYSCALL_SOURCE, ...plugins.sources];
  const chosen = isReplay ? [SYSCALL_SOURCE] : chosenSources(flags, known);
  if (flags.validate.length > 0) {
    return (await import('./actions/validate-rules.ts')).validateRules(session, plugins);
  }
  const { loadRunnable } = await import('./actions/load-rules.ts');
  const rules = loadRunnable(session, plugins);
  if (flags.describeAllRules || flags.describeRule !== undefined) {
    const { describeJson, describeText } = await import('./actions/describe-rules.ts');
    const described = config.lines.json
      ? `${JSON.stringify(describeJson(rules.loaded, flags.describeRule))}\n`
      : describeText(rules.loaded, flags.describeRule);
    streams.out(described);
    return 0;
  }
  if (flags.support) {
    const { supportText } = await import('./actions/print-support.ts');
    const { args, loaded } = session;
    streams.out(supportText({ args, config: loaded.tree, rulesFiles: rules.files }));
    return 0;
  }
  if (!hasOutput(config.outputs)) {
    throw new CommandError(
      'No output configured, please make sure at least one output is configured and enabled.',
    );
  }
  if (flags.dryRun) {
    log.debug('Skipping event processing in dry-run');
    return 0;
  }
  const sources = readSources(chosen, config);
  if (flags.pidFile !== undefined) writePid(flags.pidFile);
  if (isReplay) {
    const { replay } = await import('./actions/replay.ts');
    return replay(session, rules);
  }
  return { rules, sources };
}

function logStart({ loaded, log }: Session): void {
  log.info(`Saker version: ${SAKER_VERSION} (${arch() === 'x64' ? 'x86_64' : 'aarch64'})`);
  if (loaded.files.length > 0) log.info('Saker initialized with configuration files:');
  for (const { path, valid } of loaded.files) {
    const status = `   ${path} | schema validation: ${valid ? 'ok' : 'failed'}`;
    if (valid) log.info(status);
    else log.warning(status);
  }
}

/** Somebody must hear of alerts; metrics in a file are no output of alerts. */
function hasOutput({ stdout, file, syslog, program, http, grpc }: OutputsConfig): boolean {
  return stdout || [file, syslog, program, http, grpc].some((one) => one !== undefined);
}

function writePid(path: string): void {
  try {
    writeFileSync(path, String(process.pid));
  } catch (error) {
    throw new CommandError(`Could not write pid to pidfile ${path}: ${reasonOf(error)}`);
  }
}
