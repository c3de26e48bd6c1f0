/**
 * The texts of scalars: line folding, chomping and escapes, as yaml-cpp does them (its results
 * differ from YAML 1.2 in corners such as blank lines around more-indented text, and conditions of
 * rules are such texts). Each function starts at the scalar's first character, leaves the cursor
 * behind it, and can note where every piece came from.
 */

import { type Cursor, SPACE, TAB, type Trace } from './cursor.ts';
import { readEscape } from './escapes.ts';

const TAB_IN_INDENTATION = 'illegal tab when looking for indentation';

export interface BlockHeader {
  readonly folded: boolean;
  /** `-` strips all line breaks at the end, `+` keeps them, otherwise one is kept. */
  readonly chomp: '-' | '+' | '';
  /** Columns that belong to the indentation. */
  readonly indent: number;
  /** No indentation indicator: the first line that is not empty decides. */
  readonly detectIndent: boolean;
}

/** State of a block scalar between two of its lines. */
interface Folding {
  text: string;
  indent: number;
  /** A character of text has been seen. */
  started: boolean;
  /** The line break behind the header has been passed: that one never counts. */
  pastOpening: boolean;
  emptyLine: boolean;
  moreIndented: boolean;
  pendingBreaks: number;
  pendingAfterMoreIndented: boolean;
}

/** The cursor stands behind the header, at the line break. */
export function scanBlock(cursor: Cursor, header: BlockHeader, trace?: Trace): string {
  const folding: Folding = {
    text: '',
    indent: header.indent,
    started: false,
    pastOpening: false,
    emptyLine: false,
    moreIndented: false,
    pendingBreaks: 0,
    pendingAfterMoreIndented: false,
  };
  while (!cursor.atEnd) {
    const end = cursor.lineEnd();
    if (end > cursor.at) {
      trace?.push(folding.text.length, cursor.at);
      folding.text += cursor.text.slice(cursor.at, end);
      cursor.at = end;
      folding.started = true;
      folding.pastOpening = true;
    }
    if (cursor.atEnd) break;
    trace?.push(folding.text.length, cursor.at);
    cursor.eatBreak();
    eatIndentation(cursor, folding, header.detectIndent && !folding.started);
    if (cursor.peek() === TAB && cursor.column < folding.indent) cursor.fail(TAB_IN_INDENTATION);
    joinBlockLines(cursor, folding, header.folded);
    if (!folding.emptyLine && cursor.column < folding.indent) break;
  }
  return chomp(folding.text, header.chomp, -1);
}

/** `detecting`: the first line that is not empty shows how far the text is indented. */
function eatIndentation(cursor: Cursor, folding: Folding, detecting: boolean): void {
  if (!detecting && cursor.text.startsWith(' '.repeat(folding.indent), cursor.at)) {
    cursor.at += folding.indent;
    return;
  }
  const columns = detecting ? Number.POSITIVE_INFINITY : folding.indent;
  while (cursor.peek() === SPACE && cursor.column < columns) cursor.at++;
  if (detecting) folding.indent = Math.max(folding.indent, cursor.column);
}

function joinBlockLines(cursor: Cursor, folding: Folding, folded: boolean): void {
  const nextEmpty = cursor.atBreak();
  const nextMoreIndented = cursor.atBlank();
  if (folded && folding.pendingBreaks === 0 && nextEmpty) {
    folding.pendingAfterMoreIndented = folding.moreIndented;
  }
  if (folding.pastOpening) {
    if (!folded) folding.text += '\n';
    else if (nextEmpty) folding.pendingBreaks++;
    else folding.text += foldedBreak(cursor, folding, nextMoreIndented);
  }
  folding.emptyLine = nextEmpty;
  folding.moreIndented = nextMoreIndented;
  folding.pastOpening = true;
}

/** What stands in a folded text for the line break just passed, before a line that is not empty. */
function foldedBreak(cursor: Cursor, folding: Folding, nextMoreIndented: boolean): string {
  const indented = folding.moreIndented || nextMoreIndented;
  const joins = !folding.emptyLine && !indented && cursor.column >= folding.indent;
  let text = joins ? ' ' : '\n';
  if (folding.pendingBreaks > 0) {
    text += '\n'.repeat(folding.pendingBreaks - 1);
    if (folding.pendingAfterMoreIndented || nextMoreIndented || !folding.started) text += '\n';
    folding.pendingBreaks = 0;
  }
  return text;
}

/**
 * `protectedEnd`: offset of the last character that came from an escape, which chomping must not
 * remove; or -1.
 */
function chomp(text: string, mode: BlockHeader['chomp'], protectedEnd: number): string {
  if (mode === '+') return text;
  let last = text.length - 1;
  while (last >= 0 && text.charCodeAt(last) === 0x0a) last--;
  last = Math.max(last, protectedEnd);
  if (last < 0) return '';
  return text.slice(0, last + (mode === '-' ? 1 : 2));
}

export interface PlainText {
  readonly text: string;
  /** Offset behind the last character that belongs to the scalar. */
  readonly end: number;
  /** The scalar ended because the next line is indented less: that line may begin with a key. */
  readonly dedented: boolean;
}

/** `indent`: the least column of the lines after the first. */
export function scanPlain(
  cursor: Cursor,
  indent: number,
  inFlow: boolean,
  trace?: Trace,
): PlainText {
  let text = '';
  let end = cursor.at;
  let emptyLine = false;
  let dedented = false;
  while (!cursor.atEnd && !dedented) {
    const start = cursor.at;
    const stop = plainStop(cursor, inFlow);
    const trimmed = trimmedEnd(cursor.text, start, stop);
    if (trimmed > start) {
      trace?.push(text.length, start);
      text += cursor.text.slice(start, trimmed);
      end = trimmed;
    }
    cursor.at = stop;
    if (!cursor.atBreak() || isCommentBehindBreak(cursor.text, stop)) break;
    trace?.push(text.length, stop);
    cursor.eatBreak();
    eatPlainIndentation(cursor, indent);
    const nextEmpty = cursor.atBreak();
    text += nextEmpty ? '\n' : emptyLine ? '' : ' ';
    emptyLine = nextEmpty;
    dedented = !emptyLine && cursor.column < indent;
  }
  return { text: /[ \t\n]/.test(text.at(-1) ?? '') ? trimmedText(text) : text, end, dedented };
}

function trimmedText(text: string): string {
  return text.replace(/[ \t]+$/, '').replace(/\n+$/, '');
}

/**
 * Everything that can stop a plain scalar, found by the engine's own search instead of a loop over
 * characters.
 */
const blockStop = /[:#\r\n]/g;
const flowStop = /[:#\r\n,?[\]{}]/g;

/**
 * Offset where a plain scalar stops on this line: at the line break, a comment, an indicator, or a
 * document mark.
 */
function plainStop(cursor: Cursor, inFlow: boolean): number {
  const { text } = cursor;
  if (cursor.atDocumentMark('---') || cursor.atDocumentMark('...')) return cursor.at;
  const stop = inFlow ? flowStop : blockStop;
  stop.lastIndex = cursor.at;
  while (stop.test(text)) {
    const at = stop.lastIndex - 1;
    const char = text[at];
    if (char === '#') {
      const blank = at - 1;
      if (blank >= cursor.at && isBlank(text, blank)) return blank;
    } else if (char !== ':' || isValueIndicator(text, at, inFlow)) {
      return at;
    }
  }
  return text.length;
}

function isBlank(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code === SPACE || code === TAB;
}

const HASH = 0x23;

function isValueIndicator(text: string, at: number, inFlow: boolean): boolean {
  if (at + 1 >= text.length) return true;
  const next = text[at + 1] ?? '';
  return ' \t\n\r'.includes(next) || (inFlow && ',]}'.includes(next));
}

/**
 * A line that begins with `#` ends a plain scalar, one that has blanks before it does so through
 * `plainStop`.
 */
function isCommentBehindBreak(text: string, at: number): boolean {
  const length = text.startsWith('\r\n', at) ? 2 : 1;
  return text.charCodeAt(at + length) === HASH;
}

function trimmedEnd(text: string, start: number, end: number): number {
  let at = end;
  while (at > start && isBlank(text, at - 1)) at--;
  return at;
}

function eatPlainIndentation(cursor: Cursor, indent: number): void {
  while (cursor.atBlank()) {
    if (cursor.peek() === TAB && cursor.column < indent) cursor.fail(TAB_IN_INDENTATION);
    if (cursor.peek(1) === HASH) return;
    cursor.at++;
  }
}

/**
 * The cursor stands at the quote. A text whose last line ends without the closing quote at the end
 * of the file is taken as it is: so does yaml-cpp.
 */
export function scanQuoted(cursor: Cursor, quote: '"' | "'", trace?: Trace): string {
  let text = '';
  let emptyLine = false;
  let escapedEnd = -1;
  cursor.at++;
  while (!cursor.atEnd) {
    const line = scanQuotedLine(cursor, quote, text, trace);
    text = line.text;
    escapedEnd = Math.max(escapedEnd, line.escapedEnd);
    if (line.closed) break;
    trace?.push(text.length, cursor.at);
    cursor.eatBreak();
    while (cursor.atBlank()) cursor.at++;
    const nextEmpty = cursor.atBreak();
    if (nextEmpty) text += '\n';
    else if (!emptyLine && !line.escapedBreak) text += ' ';
    emptyLine = nextEmpty;
  }
  return chomp(text, '', escapedEnd);
}

interface QuotedLine {
  /** Everything up to here, without blanks before the line break. */
  readonly text: string;
  readonly closed: boolean;
  readonly escapedBreak: boolean;
  readonly escapedEnd: number;
}

function scanQuotedLine(
  cursor: Cursor,
  quote: '"' | "'",
  before: string,
  trace: Trace | undefined,
): QuotedLine {
  const { text: source } = cursor;
  let text = before;
  let solid = before.length;
  let escapedEnd = -1;
  for (;;) {
    if (cursor.atEnd) cursor.fail('illegal EOF in scalar');
    if (cursor.atDocumentMark('---') || cursor.atDocumentMark('...')) {
      cursor.fail('illegal document indicator in scalar');
    }
    const start = cursor.at;
    const stop = quotedStop(source, start, quote);
    if (stop > start) {
      trace?.push(text.length, start);
      const trimmed = trimmedEnd(source, start, stop);
      if (trimmed > start) solid = text.length + trimmed - start;
      text += source.slice(start, stop);
      cursor.at = stop;
      continue;
    }
    if (cursor.atBreak()) {
      return { text: text.slice(0, solid), closed: false, escapedBreak: false, escapedEnd };
    }
    if (source[start] === quote && (quote === '"' || source[start + 1] !== quote)) {
      cursor.at++;
      return { text, closed: true, escapedBreak: false, escapedEnd };
    }
    if (quote === '"' && cursor.atBreak(1)) {
      cursor.at++;
      return { text, closed: false, escapedBreak: true, escapedEnd: text.length };
    }
    trace?.push(text.length, start);
    text += readEscape(cursor);
    solid = text.length;
    escapedEnd = text.length;
  }
}

const doubleStop = /["\\\r\n]/g;
const singleStop = /['\r\n]/g;

/** The next quote, backslash (in double quotes) or line break. */
function quotedStop(source: string, start: number, quote: '"' | "'"): number {
  const stop = quote === '"' ? doubleStop : singleStop;
  stop.lastIndex = start;
  return stop.test(source) ? stop.lastIndex - 1 : source.length;
}
