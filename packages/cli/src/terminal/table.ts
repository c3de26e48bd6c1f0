/** Rows under headings. */

import { type Paint, plainStyle, type Style } from './style.ts';
import { clip, padEnd, padStart, textWidth } from './text-width.ts';

export interface Column {
  readonly title: string;
  /** Numbers stand at the right. */
  readonly align?: 'left' | 'right';
  /** May be cut, on a terminal that is too narrow: the last such column first. */
  readonly shrinks?: boolean;
}

/** Plain text, and how it is painted once it has its width. */
export type Cell = string | { readonly text: string; readonly paint: Paint };

export interface TableOptions {
  readonly style?: Style;
  /** Columns of the terminal; undefined: no limit. */
  readonly width?: number | undefined;
}

const GAP = '  ';
/** A column is not cut to less. */
const SHRUNK_MIN = 12;

/** Ends with a newline. */
export function formatTable(
  columns: readonly Column[],
  rows: readonly (readonly Cell[])[],
  { style = plainStyle, width }: TableOptions = {},
): string {
  const widths = columnWidths(columns, rows, width);
  const heading = columns.map(({ title }) => ({ text: title, paint: style.dim }));
  return [heading, ...rows].map((row) => `${formatRow(columns, row, widths)}\n`).join('');
}

function formatRow(
  columns: readonly Column[],
  row: readonly Cell[],
  widths: readonly number[],
): string {
  const cells = columns.map(({ align }, at) => {
    const cell = row[at] ?? '';
    const { text, paint } = typeof cell === 'string' ? { text: cell, paint: undefined } : cell;
    const width = widths[at] ?? 0;
    const cut = clip(text, width);
    const shown = paint === undefined ? cut : paint(cut);
    if (align === 'right') return padStart(shown, width);
    return at === columns.length - 1 ? shown : padEnd(shown, width);
  });
  return cells.join(GAP).trimEnd();
}

function columnWidths(
  columns: readonly Column[],
  rows: readonly (readonly Cell[])[],
  limit: number | undefined,
): number[] {
  const widths = columns.map(({ title }, at) =>
    rows.reduce((most, row) => Math.max(most, cellWidth(row[at])), textWidth(title)),
  );
  if (limit === undefined) return widths;
  let excess = widths.reduce((sum, width) => sum + width + GAP.length, -GAP.length) - limit;
  for (let at = columns.length - 1; at >= 0; at--) {
    const width = widths[at] ?? 0;
    if (columns[at]?.shrinks !== true || excess <= 0) continue;
    const less = Math.min(excess, Math.max(0, width - SHRUNK_MIN));
    widths[at] = width - less;
    excess -= less;
  }
  return widths;
}

function cellWidth(cell: Cell | undefined): number {
  if (cell === undefined) return 0;
  return textWidth(typeof cell === 'string' ? cell : cell.text);
}
