/**
 * Falco's command: flags, then the first of its actions that the flags ask for, in Falco's order;
 * without one, detection. What an action needs is imported when it is known to run, because most
 * invocations are short.
 */

import type { LoadedConfig } from '../config/load-config.ts';
import { isForUser } from './command-error.ts';
import { FlagError, type Flags, parseFlags } from './flags.ts';
import type { Invocation } from './invocation.ts';

const OK = 0;
const FAILED = 1;

/** The exit code. */
export async function run(invocation: Invocation): Promise<number> {
  const { args, streams } = invocation;
  try {
    const flags = parseFlags(args);
    for (const warning of flags.warnings) streams.err(`WARNING: ${warning}\n`);
    const text = await textWithoutConfig(flags);
    if (text !== undefined) return print(invocation, text);
    return await runWithConfig(flags, invocation);
  } catch (error) {
    if (!(error instanceof FlagError) && !isForUser(error)) throw error;
    streams.err(`Error: ${error.message}\n`);
    return FAILED;
  }
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
  const { configuration } = await import('./configuration.ts');
  const loaded = configuration(flags, invocation);
  const text = await textWithConfig(flags, loaded);
  if (text !== undefined) return print(invocation, text);
  const [{ detect }, { openSession }] = await Promise.all([
    import('./detect.ts'),
    import('./session.ts'),
  ]);
  return detect(openSession(flags, loaded, invocation));
}

async function textWithConfig(flags: Flags, loaded: LoadedConfig): Promise<string | undefined> {
  const { config } = loaded;
  if (flags.version) {
    const { versionDocument, versionText } = await import('./versions.ts');
    return config.lines.json ? `${JSON.stringify(versionDocument())}\n` : versionText();
  }
  if (flags.pageSize) return (await import('./actions/print-page-size.ts')).pageSizeText();
  if (flags.pluginInfo !== undefined) {
    return (await import('./actions/print-plugins.ts')).pluginInfoText(flags.pluginInfo);
  }
  if (flags.listPlugins) return (await import('./actions/print-plugins.ts')).pluginListText();
  if (flags.listSource !== undefined) {
    const { fieldListText } = await import('./actions/list-fields.ts');
    return fieldListText(flags, config.staticFields);
  }
  return undefined;
}
