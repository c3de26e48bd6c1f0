/**
 * Falco's way to replace names of lists: on the text of a condition, wherever the name stands
 * between delimiters, quotes included. Only Falco's messages need it: their positions count in the
 * text that results. The tree is expanded by `expand.ts`.
 */

const blanks = ' \t\n\r';
const delimiters = `${blanks}(),=`;

/**
 * Lists that double each other, or that a condition names again and again, could make any length of
 * text. What a list would make longer by more than this stays without it, and a text that is longer
 * already without all further lists.
 */
export const SUBSTITUTED_CHARS_MAX: number = 1 << 22;

export interface NamedList {
  readonly name: string;
  readonly items: readonly string[];
}

/**
 * The text that Falco parses. Lists go one after another: a later one is also found in the items of
 * an earlier one.
 */
export function substituteLists(condition: string, lists: Iterable<NamedList>): string {
  let text = condition;
  for (const { name, items } of lists) {
    if (name === '' || text.length > SUBSTITUTED_CHARS_MAX) continue;
    if (text.includes(name)) {
      text = substituteList(text, name, items.map(quotedItem).join(', '));
    }
  }
  return text;
}

function substituteList(text: string, name: string, replacement: string): string {
  const parts: string[] = [];
  let added = 0;
  let from = 0;
  let at = text.indexOf(name);
  while (at >= 0) {
    const end = at + name.length;
    if (isDelimited(text, at, end)) {
      parts.push(text.slice(from, at));
      trimEnd(parts, blanks);
      from = end;
      while (from < text.length && blanks.includes(text[from] ?? '')) from++;
      if (replacement === '') from = dropComma(parts, text, from);
      if (parts.length > 0) parts.push(' ');
      parts.push(`${replacement} `);
      added += replacement.length;
      if (added > SUBSTITUTED_CHARS_MAX) return text;
      at = text.indexOf(name, from);
    } else {
      at = text.indexOf(name, at + 1);
    }
  }
  return parts.join('') + text.slice(from);
}

function isDelimited(text: string, start: number, end: number): boolean {
  const before = text[start - 1];
  const after = text[end];
  return (
    (before === undefined || delimiters.includes(before)) &&
    (after === undefined || delimiters.includes(after))
  );
}

/** Removes chars of `set` from the end of the joined parts. */
function trimEnd(parts: string[], set: string): void {
  for (let last = parts.pop(); last !== undefined; last = parts.pop()) {
    let end = last.length;
    while (end > 0 && set.includes(last[end - 1] ?? '')) end--;
    if (end === 0) continue;
    parts.push(last.slice(0, end));
    return;
  }
}

/**
 * Without items one of the commas beside the name goes too, the left one first; gives where the
 * text goes on.
 */
function dropComma(parts: string[], text: string, from: number): number {
  const last = parts.at(-1);
  if (last?.endsWith(',')) {
    parts[parts.length - 1] = last.slice(0, -1);
    if (last.length === 1) parts.pop();
    return from;
  }
  return text[from] === ',' ? from + 1 : from;
}

/** Items with a space get quotes unless they begin with one. */
function quotedItem(item: string): string {
  return item.includes(' ') && !/^["']/.test(item) ? `"${item}"` : item;
}
