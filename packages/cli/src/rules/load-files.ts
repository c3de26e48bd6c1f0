/** Rule files for the commands: those that were named, else the default ones, loaded as one set. */

import { CommandError } from '@saker/agent/app/command-error.ts';
import {
  type LoadedRules as LoadedFiles,
  loadRulesFiles,
  type RulesConfig,
} from '@saker/agent/app/loaded-rules.ts';
import { isFolder, rulesFilesIn, rulesPaths } from '@saker/agent/app/rules-files.ts';
import type { Arguments } from '../command-line/arguments.ts';
import { counted } from '../terminal/quantity.ts';
import type { Screen } from '../terminal/terminal.ts';
import { visible } from '../terminal/visible-text.ts';
import { countSeverities, formatProblem, inFileOrder } from './problems.ts';

export interface LoadedRules extends LoadedFiles {
  /** As the user named them, folders replaced by their files. */
  readonly paths: readonly string[];
}

/** No configuration is read: people's commands say by themselves what they do. */
const defaults: RulesConfig = {
  staticFields: new Map(),
  appendOutput: [],
  minimumPriority: 7,
};

/** Of a command that takes them as words, and by --rules as the others do. */
export function namedRules(args: Arguments, words: readonly string[]): readonly string[] {
  return [...args.values('rules'), ...words];
}

/** Everything that is in order, whatever else is wrong. CommandError when a file cannot be read. */
export function loadFiles(named: readonly string[]): LoadedRules {
  const paths = rulesPaths(named, undefined).flatMap(filesOf);
  return { ...loadRulesFiles(paths, defaults, { stopAtError: false }), paths };
}

/** The same, for whoever is going to run the rules: any error is printed and ends the command. */
export function loadRunnable(named: readonly string[], screen: Screen): LoadedRules {
  const loaded = loadFiles(named);
  if (writeProblems(loaded, screen)) {
    throw new CommandError('the rules cannot be used as they are, see above');
  }
  return loaded;
}

/** Prints what keeps the rules from being run, and no warnings. Whether there is something. */
export function writeProblems(loaded: LoadedRules, screen: Screen): boolean {
  const { result, paths } = loaded;
  if (result.successful) return false;
  const { style } = screen;
  const diagnostics = inFileOrder(result.diagnostics, paths);
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  const texts = errors.map((error) => formatProblem(error, style));
  if (result.pluginProblem !== undefined) {
    texts.push(`${style.red('error:')} ${visible(result.pluginProblem)}`);
  }
  screen.write(`\n${texts.join('\n\n')}\n\n`);
  return true;
}

/** `2 warnings in the rules` for the end of a command that went on; undefined without. */
export function warningNote(loaded: LoadedRules): string | undefined {
  const { warnings } = countSeverities(loaded.result.diagnostics);
  if (warnings === 0) return undefined;
  return `${counted(warnings, 'warning')} in the rules: saker rules check ${loaded.paths.join(' ')}`;
}

/** A file is taken whatever it is called, of a folder what is called like a rules file. */
function filesOf(path: string): string[] {
  if (!isFolder(path)) return [path];
  const files = rulesFilesIn([path]);
  if (files.length > 0) return files;
  throw new CommandError(`the folder ${path} holds no rules: no file in it ends in .yaml or .yml`);
}
