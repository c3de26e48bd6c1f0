/**
 * The actions that load rules: `-V`, `-L`, `-l`, `--support`, `--dry-run`, and detection itself.
 */

import { writeFileSync } from 'node:fs';
import { arch } from 'node:os';
import { reasonOf } from '../host/errno.ts';
import { findPlugin } from './built-in-plugins.ts';
import { CommandError } from './command-error.ts';
import { checkEventSources } from './event-sources.ts';
import type { Session } from './session.ts';
import { SAKER_VERSION } from './versions.ts';

/** The exit code. */
export async function detect(session: Session): Promise<number> {
  const { flags, config, streams, log } = session;
  const isReplay = config.engine.kind === 'replay';
  // Before anything is said: it may start the process anew.
  if (session.ownsProcess && watchesMachine(session))
    (await import('./live/shed-privileges.ts')).shedPrivileges();
  logStart(session);
  if (!isReplay) checkEventSources(flags);
  if (flags.validate.length > 0) {
    return (await import('./actions/validate-rules.ts')).validateRules(session);
  }
  const { loadRunnable } = await import('./actions/load-rules.ts');
  const rules = loadRunnable(session);
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
  if (!config.outputs.stdout && config.outputs.file === undefined) {
    throw new CommandError(
      'No output configured, please make sure at least one output is configured and enabled.',
    );
  }
  if (flags.dryRun) {
    log.debug('Skipping event processing in dry-run');
    return 0;
  }
  if (config.engine.kind === 'nodriver') throw new CommandError(NO_DRIVER);
  if (flags.pidFile !== undefined) writePid(flags.pidFile);
  if (isReplay) {
    const { replay } = await import('./actions/replay.ts');
    return replay(session, rules);
  }
  const { live } = await import('./actions/live.ts');
  return live(session, rules.ruleSet);
}

/** Whether the flags lead to live detection, and not to one of the short actions. */
function watchesMachine({ flags, config }: Session): boolean {
  const { validate, describeAllRules, describeRule, support, dryRun } = flags;
  const isShort = validate.length > 0 || describeAllRules || describeRule !== undefined;
  return config.engine.kind === 'modern_ebpf' && !isShort && !support && !dryRun;
}

const NO_DRIVER =
  'engine.kind is nodriver: no system calls are watched then, and this version has no other ' +
  'source of events';

function logStart({ config, loaded, log }: Session): void {
  log.info(`Saker version: ${SAKER_VERSION} (${arch() === 'x64' ? 'x86_64' : 'aarch64'})`);
  if (loaded.files.length > 0) log.info('Saker initialized with configuration files:');
  for (const { path, valid } of loaded.files) {
    const status = `   ${path} | schema validation: ${valid ? 'ok' : 'failed'}`;
    if (valid) log.info(status);
    else log.warning(status);
  }
  for (const { name } of config.plugins) {
    if (findPlugin(name) !== undefined) continue;
    log.warning(`plugin ${name} is not part of this version: its fields and events are absent`);
  }
  if (loaded.unsupported.length > 0) {
    const keys = loaded.unsupported.join(', ');
    log.warning(`configuration keys that this version does not act on yet: ${keys}`);
  }
}

function writePid(path: string): void {
  try {
    writeFileSync(path, String(process.pid));
  } catch (error) {
    throw new CommandError(`Could not write pid to pidfile ${path}: ${reasonOf(error)}`);
  }
}
