/**
 * `-V`: whether rule files are in order, in Falco's words on the standard output. What we have to
 * add goes to the standard error.
 */

import { formatDiagnostic } from '@saker/core/base/diagnostic.ts';
import type { LoadResult } from '@saker/core/rules/load-rules.ts';
import {
  formatReport,
  formatValidation,
  validationJson,
} from '@saker/core/rules/result/format-result.ts';
import type { LoadedPlugins } from '../../plugins/loaded-plugins.ts';
import { CommandError } from '../command-error.ts';
import { loadRulesFiles } from '../loaded-rules.ts';
import type { Session } from '../session.ts';
import { describeJson, describeText } from './describe-rules.ts';

/** The exit code. CommandError when a file is not in order. */
export function validateRules(session: Session, plugins: LoadedPlugins): number {
  const { flags, config, streams, log } = session;
  log.info('Validating rules file(s):');
  for (const file of flags.validate) log.info(`   ${file}`);
  const loaded = loadRulesFiles(flags.validate, config, { stopAtError: false, plugins });
  const { result } = loaded;
  if (result.pluginProblem !== undefined) throw new CommandError(result.pluginProblem);
  for (const report of result.files) {
    if (report.successful && report.warnings.length > 0) log.warning(formatReport(report));
  }
  const summary = formatValidation(result.files);
  const describes =
    result.successful && (flags.describeAllRules || flags.describeRule !== undefined);
  if (config.lines.json) {
    const described = describes ? describeJson(loaded, flags.describeRule) : undefined;
    streams.out(`${JSON.stringify(validationJson(result.files, described))}\n`);
  } else {
    streams.out(`${summary}\n`);
    if (describes) streams.out(`\n${describeText(loaded, flags.describeRule)}`);
  }
  streams.err(hints(result));
  if (!result.successful) throw new CommandError(summary);
  return 0;
}

/** What we can say more about than Falco does, and what it does not say at all. */
function hints({ diagnostics }: LoadResult): string {
  return diagnostics
    .filter(({ hint }) => hint !== undefined)
    .map((diagnostic) => `${formatDiagnostic(diagnostic)}\n`)
    .join('');
}
