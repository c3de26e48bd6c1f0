/** Diagnostics of rule files, for people. */

import {
  compareDiagnostics,
  type Diagnostic,
  type DiagnosticPaint,
  formatDiagnostic,
} from '@saker/core/base/diagnostic.ts';
import type { Style } from '../terminal/style.ts';
import { visibleLines } from '../terminal/visible-text.ts';

export function formatProblem(diagnostic: Diagnostic, style: Style): string {
  const paint: DiagnosticPaint = {
    place: (text) => style.bold(visibleLines(text)),
    severity: (text, severity) => (severity === 'error' ? style.red(text) : style.yellow(text)),
    text: visibleLines,
    hint: style.cyan,
  };
  return formatDiagnostic(diagnostic, paint);
}

/** File by file, from the top down: the order in which somebody mends them. */
export function inFileOrder(
  diagnostics: readonly Diagnostic[],
  paths: readonly string[],
): Diagnostic[] {
  return diagnostics.toSorted(
    (left, right) =>
      paths.indexOf(left.source.name) - paths.indexOf(right.source.name) ||
      compareDiagnostics(left, right),
  );
}

export interface SeverityCounts {
  readonly errors: number;
  readonly warnings: number;
}

export function countSeverities(diagnostics: readonly Diagnostic[]): SeverityCounts {
  const errors = diagnostics.filter(({ severity }) => severity === 'error').length;
  return { errors, warnings: diagnostics.length - errors };
}
