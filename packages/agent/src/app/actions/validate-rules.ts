/**
 * `-V`: whether rule files are in order, in Falco's words on the standard output. What we have to
 * add goes to the standard error.
 */

import { formatDiagnostic } from '@saker/core/base/diagnostic.ts';
import {
  formatReport,
  formatValidation,
  validationJson,
} from '@saker/core/rules/result/format-result.ts';
import { CommandError } from '../command-error.ts';
import { type LoadedRules, loadRulesFiles } from '../loaded-rules.ts';
import type { Session } from '../session.ts';
import { describeJson, describeText } from './describe-rules.ts';

/** The exit code. CommandError when a file is not in order. */
export function validateRules(session: Session): number {
  const { flags, config, streams, log } = session;
  log.info('Validating rules file(s):');
  for (const file of flags.validate) log.info(`   ${file}`);
  const loaded = loadRulesFiles(flags.validate, config, { stopAtError: false });
  if (loaded.pluginProblem !== undefined) throw new CommandError(loaded.pluginProblem);
  for (const report of loaded.files) {
    if (report.successful && report.warnings.length > 0) log.warning(formatReport(report));
  }
  const summary = formatValidation(loaded.files);
  const describes =
    loaded.successful && (flags.describeAllRules || flags.describeRule !== undefined);
  if (config.lines.json) {
    const described = describes ? describeJson(loaded, flags.describeRule) : undefined;
    streams.out(`${JSON.stringify(validationJson(loaded.files, described))}\n`);
  } else {
    streams.out(`${summary}\n`);
    if (describes) streams.out(`\n${describeText(loaded, flags.describeRule)}`);
  }
  if (loaded.successful) return 0;
  streams.err(hints(loaded));
  throw new CommandError(summary);
}

/** Errors that we can say more about than Falco does. */
function hints({ files }: LoadedRules): string {
  return files
    .flatMap((report) => report.diagnostics)
    .filter(({ severity, hint }) => severity === 'error' && hint !== undefined)
    .map((diagnostic) => `${formatDiagnostic(diagnostic)}\n`)
    .join('');
}
