/**
 * Divides TypeScript and JavaScript text into code, comments and literals, well enough to measure
 * lines and find words. Not a parser: it knows strings, templates (nested ones too), regular
 * expressions and comments.
 */

export type SegmentKind = 'code' | 'comment' | 'literal';

export interface Segment {
  readonly kind: SegmentKind;
  readonly start: number;
  /** Exclusive. */
  readonly end: number;
}

/** A slash after one of these begins a regular expression and is not a division. */
const beforeRegex =
  /(^|[=(,;:!&|?{}[+\-*%<>~^]|=>|\b(return|typeof|case|in|of|do|else|void|await|yield|delete))\s*$/;
/** How far back to look for what stands before a slash. */
const LOOK_BACK = 24;

export function segments(text: string): Segment[] {
  const found: Segment[] = [];
  /** Depth of braces at which each open template's `${` began. */
  const templates: number[] = [];
  let depth = 0;
  let codeStart = 0;
  let at = 0;
  const add = (kind: SegmentKind, end: number): void => {
    if (at > codeStart) found.push({ kind: 'code', start: codeStart, end: at });
    found.push({ kind, start: at, end });
    at = end;
    codeStart = end;
  };
  while (at < text.length) {
    const char = text[at];
    const pair = text.slice(at, at + 2);
    if (pair === '//') add('comment', endOf(text, '\n', at));
    else if (pair === '/*') add('comment', Math.min(text.length, endOf(text, '*/', at + 2) + 2));
    else if (char === "'" || char === '"') add('literal', endOfQuoted(text, at + 1, char));
    else if (char === '`' || (char === '}' && templates.at(-1) === depth)) {
      if (char === '}') templates.pop();
      const end = endOfTemplatePart(text, at + 1);
      if (text[end - 1] === '{') templates.push(depth);
      add('literal', end);
    } else if (char === '/' && beforeRegex.test(text.slice(Math.max(0, at - LOOK_BACK), at))) {
      add('literal', endOfRegex(text, at + 1));
    } else {
      if (char === '{') depth++;
      if (char === '}') depth--;
      at++;
    }
  }
  if (at > codeStart) found.push({ kind: 'code', start: codeStart, end: at });
  return found;
}

/**
 * The text with everything but the wanted kinds replaced, char by char; line ends stay.
 */
export function only(text: string, kinds: readonly SegmentKind[], filler = ' '): string {
  return segments(text)
    .map(({ kind, start, end }) => {
      const part = text.slice(start, end);
      return kinds.includes(kind) ? part : part.replace(/[^\n]/g, filler);
    })
    .join('');
}

/** The first comment, where a file says what it is for. */
export function openingComment(text: string): string {
  const first = segments(text).find((segment) => segment.kind === 'comment');
  return first === undefined ? '' : text.slice(first.start, first.end);
}

function endOf(text: string, mark: string, from: number): number {
  const end = text.indexOf(mark, from);
  return end < 0 ? text.length : end;
}

function endOfQuoted(text: string, from: number, quote: string): number {
  let at = from;
  while (at < text.length && text[at] !== quote && text[at] !== '\n')
    at += text[at] === '\\' ? 2 : 1;
  return Math.min(text.length, at + 1);
}

/** After the closing backquote, or after the `${` that interrupts the template. */
function endOfTemplatePart(text: string, from: number): number {
  let at = from;
  while (at < text.length && text[at] !== '`') {
    if (text.startsWith('${', at)) return at + 2;
    at += text[at] === '\\' ? 2 : 1;
  }
  return Math.min(text.length, at + 1);
}

function endOfRegex(text: string, from: number): number {
  let at = from;
  let inClass = false;
  while (at < text.length && text[at] !== '\n' && (inClass || text[at] !== '/')) {
    if (text[at] === '[') inClass = true;
    if (text[at] === ']') inClass = false;
    at += text[at] === '\\' ? 2 : 1;
  }
  return Math.min(text.length, at + 1);
}
