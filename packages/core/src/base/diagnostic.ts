/**
 * What is wrong with the user's input. Diagnostics are values: many are collected, sorted and
 * printed with a caret line; they are never thrown.
 */

import type { Source, Span } from './source.ts';

export type Severity = 'error' | 'warning';

export interface Diagnostic {
  /** Stable, e.g. a Falco load code (`LOAD_ERR_COMPILE_CONDITION`) or one of ours. */
  readonly code: string;
  readonly severity: Severity;
  /** What was found and what is allowed, in one sentence without a final full stop. */
  readonly message: string;
  readonly source: Source;
  readonly span: Span;
  /** What to do about it. */
  readonly hint?: string;
  readonly related?: readonly {
    readonly message: string;
    readonly source: Source;
    readonly span: Span;
  }[];
}

/** Longest excerpt of a source line that is printed; longer lines are cut around the caret. */
const EXCERPT_COLUMNS_MAX = 160;

/** What becomes of the parts of a diagnostic where there are colours. */
export interface DiagnosticPaint {
  /** `file:line:col:`. */
  place(text: string): string;
  /** Beginning of the message and the caret line. */
  severity(text: string, severity: Severity): string;
  /** Everything that others wrote: messages and excerpts, which quote the input, and hints. */
  text(text: string): string;
  /** The word `hint:`. */
  hint(text: string): string;
}

const plainPaint: DiagnosticPaint = {
  place: (text) => text,
  severity: (text) => text,
  text: (text) => text,
  hint: (text) => text,
};

/**
 * `file:line:col: error CODE: message`, the line, the caret span, and the hint. Ends without a
 * newline.
 */
export function formatDiagnostic(
  diagnostic: Diagnostic,
  paint: DiagnosticPaint = plainPaint,
): string {
  const { source, span, severity, code, message, hint } = diagnostic;
  const kind = paint.severity(`${severity} ${code}:`, severity);
  const head = `${paint.place(placeText(source, span))} ${kind} ${paint.text(message)}`;
  const [line, caret] = excerpt(source, span);
  const parts = [head];
  if (line !== undefined && caret !== undefined) {
    parts.push(paint.text(line), paint.severity(caret, severity));
  }
  if (hint !== undefined) parts.push(`  ${paint.hint('hint:')} ${paint.text(hint)}`);
  for (const related of diagnostic.related ?? []) {
    const place = paint.place(placeText(related.source, related.span));
    parts.push(`  ${place} ${paint.text(related.message)}`);
  }
  return parts.join('\n');
}

function placeText(source: Source, span: Span): string {
  const { line, column } = source.position(span.start);
  return `${source.name}:${line}:${column}:`;
}

function excerpt(source: Source, span: Span): string[] {
  const { line, column } = source.position(span.start);
  const text = source.line(line);
  if (text.trim() === '') return [];
  const from = Math.max(
    0,
    Math.min(column - 1 - EXCERPT_COLUMNS_MAX / 2, text.length - EXCERPT_COLUMNS_MAX),
  );
  const shown = text.slice(from, from + EXCERPT_COLUMNS_MAX);
  const before = shown.slice(0, column - 1 - from).replace(/[^\t]/g, ' ');
  const width = Math.max(1, Math.min(span.end - span.start, shown.length - (column - 1 - from)));
  return [`  ${shown}`, `  ${before}${'^'.repeat(width)}`];
}

export function compareDiagnostics(left: Diagnostic, right: Diagnostic): number {
  return left.span.start - right.span.start || left.span.end - right.span.end;
}
