/** The configuration that the flags name, with what is wrong with it reported. */

import { statSync } from 'node:fs';
import { type Diagnostic, formatDiagnostic } from '@saker/core/base/diagnostic.ts';
import type { Environment } from '../config/environment.ts';
import { type LoadedConfig, loadConfig } from '../config/load-config.ts';
import { CommandError } from './command-error.ts';
import type { Flags } from './flags.ts';
import type { Invocation } from './invocation.ts';
import type { Session } from './session.ts';

/** Where Falco's packages install it. */
const INSTALLED_FILE = '/etc/falco/falco.yaml';

export function loadConfiguration(flags: Flags, { environment }: Invocation): LoadedConfig {
  return loadFrom(flags.configFile ?? installedFile(), flags, environment);
}

/**
 * The same again, and of the same file: one that is gone is a mistake, and no reason to go on with
 * defaults. CommandError, which says everything, when it cannot be used.
 */
export function loadConfigurationAgain(before: Session): LoadedConfig {
  const { flags, environment } = before;
  const file = flags.configFile ?? before.loaded.file ?? installedFile();
  const loaded = loadFrom(file, flags, environment);
  const errors = loaded.diagnostics.filter(({ severity }) => severity === 'error');
  if (errors.length > 0) throw new CommandError(errors.map(shown).join('\n'));
  return loaded;
}

/** What was not said of the configuration before. */
export function newWarnings(before: LoadedConfig, after: LoadedConfig): readonly string[] {
  const told = new Set(before.diagnostics.map(shown));
  return after.diagnostics.map(shown).filter((text) => !told.has(text));
}

function shown(diagnostic: Diagnostic): string {
  return formatDiagnostic(diagnostic);
}

function loadFrom(
  file: string | undefined,
  { options, oldOptions }: Flags,
  environment: Environment,
): LoadedConfig {
  return loadConfig({ file, options, oldOptions, environment });
}

/** CommandError when it cannot be used. */
export function reportConfiguration({ diagnostics }: LoadedConfig, { streams }: Invocation): void {
  for (const diagnostic of diagnostics) streams.err(`${formatDiagnostic(diagnostic)}\n`);
  if (diagnostics.some(({ severity }) => severity === 'error')) {
    throw new CommandError('the configuration cannot be used, see above');
  }
}

function installedFile(): string | undefined {
  const isThere = statSync(INSTALLED_FILE, { throwIfNoEntry: false })?.isFile() === true;
  return isThere ? INSTALLED_FILE : undefined;
}
