/**
 * Text of others on a terminal. File names and arguments are the attacker's: escape sequences in
 * them could hide or forge lines, and marks that turn the direction of writing could disguise a
 * name. They are shown as escapes instead.
 */

/**
 * C0 and C1 controls, the marks that change direction, the separators of lines and paragraphs, and
 * lone surrogates, which no terminal can be sent.
 */
const invisible =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]|\p{Cs}/gu;

const named: ReadonlyMap<string, string> = new Map([
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
]);

export function visible(text: string): string {
  return text.replace(invisible, escapeOf);
}

/** The same, with line breaks and tabs left as they are: for text that is meant to have lines. */
export function visibleLines(text: string): string {
  return text.replace(invisible, (char) =>
    char === '\n' || char === '\t' ? char : escapeOf(char),
  );
}

function escapeOf(char: string): string {
  const code = char.codePointAt(0) ?? 0;
  const hex = code.toString(16);
  return (
    named.get(char) ?? (code <= 0xff ? `\\x${hex.padStart(2, '0')}` : `\\u${hex.padStart(4, '0')}`)
  );
}
