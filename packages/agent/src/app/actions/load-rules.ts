/** The rules to run: loaded, reported on in the log as Falco does, and switched on and off. */

import { formatReport } from '@saker/core/rules/result/format-result.ts';
import type { RuleSet } from '@saker/core/rules/rule.ts';
import {
  type RuleSelection,
  selectRules,
  unmatchedSelections,
} from '@saker/core/rules/selection.ts';
import type { LoadedPlugins } from '../../plugins/loaded-plugins.ts';
import { CommandError } from '../command-error.ts';
import { type LoadedRules, loadRulesFilesInSteps } from '../loaded-rules.ts';
import { rulesFilesIn, rulesPaths } from '../rules-files.ts';
import type { Session } from '../session.ts';
import { finishNow } from '../steps.ts';

export interface RunnableRules {
  /** As given, folders among them. */
  readonly paths: readonly string[];
  /** What was read. */
  readonly files: readonly string[];
  readonly loaded: LoadedRules;
  /** With the configuration's selections applied. */
  readonly ruleSet: RuleSet;
}

/** CommandError when the rules cannot be run. */
export function loadRunnable(session: Session, plugins: LoadedPlugins): RunnableRules {
  return finishNow(loadRunnableInSteps(session, plugins));
}

/** The same in steps of a few milliseconds, with room for something else between two of them. */
export function* loadRunnableInSteps(
  session: Session,
  plugins: LoadedPlugins,
): Generator<void, RunnableRules> {
  const { flags, config, log } = session;
  const paths = rulesPaths(flags.rulesFiles, config.rulesFiles);
  const files = rulesFilesIn(paths);
  if (files.length === 0) {
    const named = paths.join(', ');
    log.warning(`no rules are loaded: only files that end in .yaml or .yml are, found ${named}`);
  }
  const loaded = yield* loadRulesFilesInSteps(files, config, { stopAtError: true, plugins });
  log.info('Loading rules from:');
  const { files: reports, pluginProblem, ruleSet } = loaded.result;
  for (const report of reports) {
    const status = `   ${report.name} | schema validation: ${report.schemaValidation}`;
    if (report.schemaValidation === 'ok') log.info(status);
    else log.warning(status);
    if (report.successful && report.warnings.length > 0) log.warning(formatReport(report));
  }
  if (pluginProblem !== undefined) throw new CommandError(pluginProblem);
  const refused = reports.find((report) => !report.successful);
  if (refused !== undefined) throw new CommandError(formatReport(refused));
  return { paths, files, loaded, ruleSet: select(ruleSet, session) };
}

function select(ruleSet: RuleSet, { config, log }: Session): RuleSet {
  const selections = config.ruleSelections;
  for (const { enable, by } of selections) {
    const what = 'tag' in by ? `tag: ${by.tag}` : `name: ${by.rule}`;
    log.info(`${enable ? 'Enabling' : 'Disabling'} rules with ${what}`);
  }
  for (const selection of unmatchedSelections(ruleSet, selections)) {
    log.warning(`${describe(selection)}, but no loaded rule is meant by that`);
  }
  return selectRules(ruleSet, selections);
}

function describe({ enable, by }: RuleSelection): string {
  const what = 'tag' in by ? `the tag "${by.tag}"` : `the name "${by.rule}"`;
  return `rules with ${what} are to be ${enable ? 'enabled' : 'disabled'}`;
}
