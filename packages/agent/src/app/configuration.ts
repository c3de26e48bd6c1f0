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
export function configuration(flags: Flags, { streams, environment }: Invocation): LoadedConfig {
  const loaded = loadConfig({
    file: flags.configFile ?? installedFile(),
    options: [...flags.options, ...printOption(flags.print)],
    environment,
  });
  for (const diagnostic of loaded.diagnostics) streams.err(`${formatDiagnostic(diagnostic)}\n`);
  if (loaded.diagnostics.some(({ severity }) => severity === 'error')) {
    throw new CommandError('the configuration cannot be used, see above');
  }
  return loaded;
}

function installedFile(): string | undefined {
  const isThere = statSync(INSTALLED_FILE, { throwIfNoEntry: false })?.isFile() === true;
  return isThere ? INSTALLED_FILE : undefined;
}

/** `-p` in its modern form. The presets ask for what containers add anyway. */
function printOption(print: string | undefined): string[] {
  const presets = ['c', 'container', 'k', 'kubernetes'];
  if (print === undefined || presets.includes(print)) return [];
  return [`append_output[].extra_output=${print}`];
}
