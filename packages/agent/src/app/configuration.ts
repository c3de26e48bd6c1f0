/** The configuration that the flags name, with what is wrong with it reported. */

import { statSync } from 'node:fs';
import { formatDiagnostic } from '@saker/core/base/diagnostic.ts';
import { type LoadedConfig, loadConfig } from '../config/load-config.ts';
import { CommandError } from './command-error.ts';
import type { Flags } from './flags.ts';
import type { Invocation } from './invocation.ts';

/** Where Falco's packages install it. */
const INSTALLED_FILE = '/etc/falco/falco.yaml';

/** CommandError when it cannot be used; the reasons are printed then. */
export function configuration(flags: Flags, invocation: Invocation): LoadedConfig {
  const loaded = loadConfiguration(flags, invocation);
  reportConfiguration(loaded, invocation);
  return loaded;
}

export function loadConfiguration(flags: Flags, { environment }: Invocation): LoadedConfig {
  return loadConfig({
    file: flags.configFile ?? installedFile(),
    options: flags.options,
    oldOptions: flags.oldOptions,
    environment,
  });
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
