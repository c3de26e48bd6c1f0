/** A word as one would type it in a shell, in commands that are proposed. */

import { visible } from './visible-text.ts';

export function shellWord(word: string): string {
  const shown = visible(word);
  if (/^[\w@%+=:,./-]+$/.test(shown)) return shown;
  return /["$`\\!]/.test(shown) ? `'${shown.replaceAll("'", "'\\''")}'` : `"${shown}"`;
}
