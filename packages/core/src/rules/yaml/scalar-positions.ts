/**
 * From a place in a scalar's text to the place in the file. Folding, quoting and indentation move
 * characters, so the scalar is scanned once more, noting where each piece came from; that happens
 * only when there is something to report.
 */

import { Cursor, type Trace } from './cursor.ts';
import { scanBlock, scanPlain, scanQuoted } from './scalars.ts';
import { scanBlockHeader } from './scanner.ts';
import type { YamlScalar } from './yaml-node.ts';

/** Offset in `file` of the character at `offset` of the scalar's text. */
export function fileOffset(file: string, scalar: YamlScalar, offset: number): number {
  const trace = traceOf(file, scalar);
  let low = 0;
  let high = trace.length / 2;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((trace[2 * middle] ?? 0) <= offset) low = middle + 1;
    else high = middle;
  }
  if (low === 0) return scalar.textStart;
  const at = (trace[2 * low - 1] ?? 0) + offset - (trace[2 * low - 2] ?? 0);
  const next = trace[2 * low + 1] ?? Math.max(scalar.end, at);
  return Math.min(at, next);
}

/** Traces of the scalars that were asked for; scalars live as long as the loaded set. */
const traces = new WeakMap<YamlScalar, Trace>();

function traceOf(file: string, scalar: YamlScalar): Trace {
  const known = traces.get(scalar);
  if (known !== undefined) return known;
  const trace: Trace = [];
  scanAgain(file, scalar, trace);
  traces.set(scalar, trace);
  return trace;
}

/** The scalar was read from the same text before, so this cannot fail. */
function scanAgain(file: string, scalar: YamlScalar, trace: Trace): void {
  const cursor = new Cursor(file);
  cursor.at = scalar.textStart;
  cursor.lineStart = file.lastIndexOf('\n', scalar.textStart - 1) + 1;
  if (scalar.textStart === 0) cursor.lineStart = 0;
  const { style, indent, inFlow } = scalar;
  switch (style) {
    case 'plain':
      if (scalar.end > scalar.textStart) scanPlain(cursor, indent, inFlow, trace);
      return;
    case 'single':
    case 'double':
      scanQuoted(cursor, style === 'single' ? "'" : '"', trace);
      return;
    case 'literal':
    case 'folded':
      scanBlock(cursor, scanBlockHeader(cursor, style === 'folded', indent), trace);
  }
}
