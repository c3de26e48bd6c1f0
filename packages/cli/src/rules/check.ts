/** `saker rules check`: every diagnostic, then one line per file. */

import type { Diagnostic } from '@saker/core/base/diagnostic.ts';
import type { Source, Span } from '@saker/core/base/source.ts';
import { type Call, EXIT_FAILED, EXIT_OK } from '../command-line/command.ts';
import { counted, listed } from '../terminal/quantity.ts';
import type { Style } from '../terminal/style.ts';
import { visible } from '../terminal/visible-text.ts';
import { type LoadedRules, loadFiles, namedRules } from './load-files.ts';
import { countSeverities, formatProblem, inFileOrder, type SeverityCounts } from './problems.ts';

export async function checkRules({ args, terminal }: Call): Promise<number> {
  const loaded = loadFiles(namedRules(args, args.words));
  const diagnostics = inFileOrder(loaded.result.diagnostics, loaded.paths);
  const counts = countSeverities(diagnostics);
  const text = args.has('json')
    ? `${JSON.stringify(checkDocument(loaded, diagnostics), null, 2)}\n`
    : checkText(loaded, diagnostics, terminal.out.style);
  terminal.out.write(text);
  const isRefused = counts.errors > 0 || loaded.result.pluginProblem !== undefined;
  return isRefused || (args.has('strict') && counts.warnings > 0) ? EXIT_FAILED : EXIT_OK;
}

function checkText(loaded: LoadedRules, diagnostics: readonly Diagnostic[], style: Style): string {
  const problems = diagnostics.map((diagnostic) => `${formatProblem(diagnostic, style)}\n\n`);
  const lines = loaded.paths.map((path) => fileLine(loaded, path, style));
  const plugins = loaded.result.pluginProblem;
  if (plugins !== undefined) lines.push(`${style.red('✗')} ${visible(plugins)}`);
  if (loaded.paths.length > 1)
    lines.push(totalLine(loaded.paths.length, countSeverities(diagnostics)));
  return `${problems.join('')}${lines.join('\n')}\n`;
}

function fileLine(loaded: LoadedRules, path: string, style: Style): string {
  const name = style.bold(visible(path));
  if (!loaded.result.files.some((file) => file.name === path)) {
    return `${style.yellow('-')} ${name}: not read, because of what is missing for the files before`;
  }
  const own = loaded.result.diagnostics.filter(({ source }) => source.name === path);
  const counts = countSeverities(own);
  const mark =
    counts.errors > 0 ? style.red('✗') : own.length > 0 ? style.yellow('!') : style.green('✓');
  const among = counts.errors > 0 ? '' : ` in ${contentText(loaded, path)}`;
  return `${mark} ${name}: ${severityText(counts)}${among}`;
}

function totalLine(files: number, counts: SeverityCounts): string {
  return `${severityText(counts)} in ${counted(files, 'file')}`;
}

/** `no problems`, `1 error`, `2 errors and 1 warning`. */
function severityText({ errors, warnings }: SeverityCounts): string {
  const parts = [
    ...(errors > 0 ? [counted(errors, 'error')] : []),
    ...(warnings > 0 ? [counted(warnings, 'warning')] : []),
  ];
  return parts.length === 0 ? 'no problems' : listed(parts);
}

/** What the file defines; what it only changes belongs to the file that defines it. */
function contentText({ result: { compiled } }: LoadedRules, path: string): string {
  const kinds = [
    ['rule', compiled.rules],
    ['macro', compiled.macros],
    ['list', compiled.lists],
  ] as const;
  const parts = kinds.flatMap(([kind, entries]) => {
    const own = entries.filter(({ entry }) => entry.context.source.name === path);
    return own.length === 0 ? [] : [counted(own.length, kind)];
  });
  return parts.length === 0 ? 'no definitions of its own' : listed(parts);
}

function checkDocument(loaded: LoadedRules, diagnostics: readonly Diagnostic[]) {
  const { errors, warnings } = countSeverities(diagnostics);
  return {
    files: loaded.paths,
    errors,
    warnings,
    ...(loaded.result.pluginProblem !== undefined && { plugins: loaded.result.pluginProblem }),
    diagnostics: diagnostics.map(({ severity, code, message, hint, source, span, related }) => ({
      severity,
      code,
      message,
      ...(hint !== undefined && { hint }),
      ...placeDocument(source, span),
      ...(related !== undefined && {
        related: related.map((entry) => ({
          message: entry.message,
          ...placeDocument(entry.source, entry.span),
        })),
      }),
    })),
  };
}

/** Lines and columns from 1, columns in UTF-16 units; the end is exclusive. */
function placeDocument(source: Source, { start, end }: Span) {
  const from = source.position(start);
  const to = source.position(end);
  return {
    file: source.name,
    line: from.line,
    column: from.column,
    endLine: to.line,
    endColumn: to.column,
  };
}
