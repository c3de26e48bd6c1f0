/**
 * Falco's command: flags, then the first of its actions that the flags ask for, in Falco's order;
 * without one, detection. What an action needs is imported when it is known to run, because most
 * invocations are short.
 */

import type { Config } from '../config/config.ts';
import type { LoadedConfig } from '../config/load-config.ts';
import type { LoadedPlugins } from '../plugins/loaded-plugins.ts';
import { isForUser } from './command-error.ts';
import { FlagError, type Flags, parseFlags } from './flags.ts';
import type { Invocation } from './invocation.ts';
import type { Session } from './session.ts';

const OK = 0;
const FAILED = 1;

/** The exit code. */
export async function run(invocation: Invocation): Promise<number> {
  const { args, streams } = invocation;
  try {
    const flags = parseFlags(args);
    const text = await textWithoutConfig(flags);
    if (text !== undefined) {
      warn(flags, invocation);
      return print(invocation, text);
    }
    return await runWithConfig(flags, invocation);
  } catch (error) {
    if (!(error instanceof FlagError) && !isForUser(error)) throw error;
    streams.err(`Error: ${error.message}\n`);
    return FAILED;
  }
}

/** Once in the life of a command: not before it is known that it is not started anew. */
function warn({ warnings }: Flags, { streams }: Invocation): void {
  for (const warning of warnings) streams.err(`WARNING: ${warning}\n`);
}

function print({ streams }: Invocation, text: string): number {
  streams.out(text);
  return OK;
}

async function textWithoutConfig(flags: Flags): Promise<string | undefined> {
  if (flags.help) return (await import('./actions/print-help.ts')).helpText();
  if (flags.configSchema) {
    const { configSchema } = await import('../config/config-schema.ts');
    return `${JSON.stringify(configSchema(), null, 2)}\n`;
  }
  if (flags.ruleSchema) {
    const { RULE_SCHEMA } = await import('@saker/core/rules/result/rule-schema.ts');
    return `${JSON.stringify(RULE_SCHEMA, null, 2)}\n`;
  }
  if (flags.ignoredEvents) return (await import('./actions/print-ignored.ts')).ignoredText();
  if (flags.listEvents) {
    const { formatEventList } = await import('@saker/core/events/event-list.ts');
    return formatEventList(flags.format);
  }
  return undefined;
}

async function runWithConfig(flags: Flags, invocation: Invocation): Promise<number> {
  const { loadConfiguration, reportConfiguration } = await import('./configuration.ts');
  const loaded = loadConfiguration(flags, invocation);
  if (invocation.ownsProcess === true && watchesMachine(flags, loaded.config)) {
    (await import('./live/shed-privileges.ts')).shedPrivileges(loaded.config);
  }
  warn(flags, invocation);
  reportConfiguration(loaded, invocation);
  const text = await textWithConfig(flags, loaded, invocation);
  if (text !== undefined) return print(invocation, text);
  const [{ detect }, { openSession }] = await Promise.all([
    import('./detect.ts'),
    import('./session.ts'),
  ]);
  if (invocation.ownsProcess !== true || !watchesMachine(flags, loaded.config)) {
    return detect(openSession(flags, loaded, invocation));
  }
  const { daemonStreams } = await import('../host/daemon-streams.ts');
  return detect(openSession(flags, loaded, { ...invocation, streams: daemonStreams() }));
}

/** Whether it comes to live detection, and not to one of the short actions. */
function watchesMachine(flags: Flags, config: Config): boolean {
  const { validate, describeAllRules, describeRule, support, dryRun } = flags;
  const { version, pageSize, pluginInfo, listPlugins, listSource } = flags;
  const prints = version || pageSize || listPlugins || support || describeAllRules;
  const texts = [pluginInfo, listSource, describeRule];
  const isShort = prints || dryRun || validate.length > 0 || texts.some((one) => one !== undefined);
  return config.engine.kind === 'modern_ebpf' && !isShort;
}

async function textWithConfig(
  flags: Flags,
  loaded: LoadedConfig,
  invocation: Invocation,
): Promise<string | undefined> {
  const { config } = loaded;
  if (flags.version) {
    const { versionDocument, versionText } = await import('./versions.ts');
    return config.lines.json ? `${JSON.stringify(versionDocument())}\n` : versionText();
  }
  if (flags.pageSize) return (await import('./actions/print-page-size.ts')).pageSizeText();
  if (flags.pluginInfo === undefined && !flags.listPlugins && flags.listSource === undefined) {
    return undefined;
  }
  const { openSession } = await import('./session.ts');
  const { withPlugins } = await import('./session-plugins.ts');
  const session = openSession(flags, loaded, invocation);
  const use = (plugins: LoadedPlugins): Promise<string> => textOfPlugins(session, plugins);
  if (flags.pluginInfo === undefined && !flags.listPlugins) return withPlugins(session, use);
  // Whoever asks what a plugin wants to know may do so because it refuses what it is given.
  return withPlugins(session, use, ({ message }) => {
    invocation.streams.err(`WARNING: ${message}\n`);
  });
}

async function textOfPlugins(session: Session, plugins: LoadedPlugins): Promise<string> {
  const { flags, config } = session;
  if (flags.pluginInfo !== undefined) {
    return (await import('./actions/print-plugins.ts')).pluginInfoText(flags.pluginInfo, plugins);
  }
  if (flags.listPlugins) {
    return (await import('./actions/print-plugins.ts')).pluginListText(plugins);
  }
  const { fieldListText } = await import('./actions/list-fields.ts');
  return fieldListText(flags, config.staticFields, plugins);
}
