/** Which rule files are loaded: of `-r`, else of the configuration, else those that are there. */

import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Source } from '@saker/core/base/source.ts';
import { reasonOf } from '../host/errno.ts';
import { CommandError } from './command-error.ts';

/** A rule file of a megabyte has some thousand rules; more than this is a wrong path. */
const FILE_BYTES_MAX = 64 << 20;

/** What falco.yaml names. */
const INSTALLED = [
  '/etc/falco/falco_rules.yaml',
  '/etc/falco/falco_rules.local.yaml',
  '/etc/falco/rules.d',
];
/**
 * Saker's own rules, for a machine without Falco's: below the folder that Saker is installed in.
 */
const OWN = 'rules/saker_rules.yaml';

/**
 * The paths to load. Of the configuration's those that exist; where it names none, those of
 * falco.yaml, and where they do not exist either, our own.
 */
export function rulesPaths(
  fromFlags: readonly string[],
  fromConfig: readonly string[] | undefined,
): readonly string[] {
  if (fromFlags.length > 0) return fromFlags;
  const named = (fromConfig ?? INSTALLED).filter((path) => existsSync(path));
  if (named.length > 0) return named;
  if (fromConfig === undefined) return [ownRules()];
  const missing = fromConfig.length === 0 ? '' : ` (none exists of ${fromConfig.join(', ')})`;
  throw new CommandError(
    `there are no rules to load: give a file or folder with -r or in rules_files${missing}`,
  );
}

/** Whether it runs from its sources or from a bundle, the rules are in a folder above the code. */
function ownRules(): string {
  for (let folder = import.meta.dirname; ; folder = dirname(folder)) {
    const path = join(folder, OWN);
    if (existsSync(path)) return path;
    if (folder === dirname(folder))
      throw new CommandError(`${OWN} is missing from the installation`);
  }
}

/** What is loaded when it is there, whether it is there now or not. */
export function namedRulesPaths(
  fromFlags: readonly string[],
  fromConfig: readonly string[] | undefined,
): readonly string[] {
  return fromFlags.length > 0 ? fromFlags : (fromConfig ?? INSTALLED);
}

/** Files of folders by name; only what ends in .yaml or .yml counts, as for Falco. */
export function rulesFilesIn(paths: readonly string[]): string[] {
  return paths.flatMap((path) => {
    const files = isFolder(path) ? regularFilesIn(path) : [path];
    return files.filter((file) => /\.ya?ml$/.test(file));
  });
}

/** What cannot be looked at is none: reading it as a file says why. */
export function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

function regularFilesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
      .toSorted()
      .map((name) => join(folder, name))
      .filter((file) => statSync(file, { throwIfNoEntry: false })?.isFile() === true);
  } catch (cause) {
    throw new CommandError(`Could not read the folder ${folder}: ${reasonOf(cause)}`, { cause });
  }
}

/** The text of a rule file, under the name by which the user gave it. */
export function readRulesFile(path: string): Source {
  const problem = (reason: string) =>
    new CommandError(`Could not open file ${path} for reading: ${reason}`);
  try {
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat === undefined) throw problem('it does not exist');
    if (stat.isDirectory()) throw problem('it is a directory');
    if (stat.size > FILE_BYTES_MAX) {
      throw problem(`it has ${stat.size} bytes, at most ${FILE_BYTES_MAX} are read`);
    }
    return new Source(path, readFileSync(path, 'utf8'));
  } catch (error) {
    throw error instanceof CommandError ? error : problem(reasonOf(error));
  }
}
