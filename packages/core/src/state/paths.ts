/**
 * Hot. Paths of open calls, seen from a directory and normalised, each worked out once per
 * directory and path: programs that walk a tree ask for as many pairs as there are files, all
 * others open the same few hundred paths again and again. Benchmark: state in bench/.
 */

import type { ByteString } from '../base/host.ts';
import { joinPath, PATH_BYTES_MAX } from '../base/paths.ts';
import { NO_SLOT, Text, type TextTable } from '../base/text-table.ts';

/**
 * Stands for the directory of a descriptor that nobody knows. Nothing separates it from the name:
 * Falco's `<UNKNOWN>name`.
 */
export const UNKNOWN_DIRECTORY: Text = new Text('<UNKNOWN>', 0, 0, NO_SLOT);
/** The working directory of a thread whose process is unknown. */
export const UNKNOWN_CWD: Text = new Text('./', 0, 0, NO_SLOT);

const SLASH = 0x2f;

/** The path without ".", "..", empty and trailing components; a relative path stays relative. */
export function normalisedText(texts: TextTable, path: Text): Text {
  if (path.normalised === undefined) {
    const normal = joinPath('', path.string);
    path.normalised = normal === path.string ? path : texts.internString(normal);
  }
  return path.normalised;
}

/**
 * `path` as seen from `directory`: the name of a directory, with or without a final "/", or one of
 * the two above.
 */
export function joinedText(texts: TextTable, directory: Text, path: Text): Text {
  const { string } = path;
  if (string === '' || string.charCodeAt(0) === SLASH) return normalisedText(texts, path);
  const known = texts.joined(directory, path);
  if (known !== undefined) return known;
  const joined = join(texts, directory, path);
  texts.keepJoined(directory, path, joined);
  return joined;
}

function join(texts: TextTable, directory: Text, path: Text): Text {
  const base = directory.string;
  const isOpen = !endsInSlash(base) && directory !== UNKNOWN_DIRECTORY;
  const isShort = base.length + path.string.length + 2 <= PATH_BYTES_MAX;
  if (isShort && normalisedText(texts, path) === path) {
    return texts.internJoined(directory, path, isOpen);
  }
  return texts.internString(joinPath(isOpen ? `${base}/` : base, path.string));
}

/** Nothing can be joined to without a separator. */
function endsInSlash(base: ByteString): boolean {
  return base === '' || base.charCodeAt(base.length - 1) === SLASH;
}

/** The path with runs of "/" made one: `fd.nameraw`. */
export function singleSlashedText(texts: TextTable, path: Text): Text {
  // What is its own normal form has no runs, and most paths are.
  if (normalisedText(texts, path) === path || !path.string.includes('//')) return path;
  return texts.internString(path.string.replace(/\/{2,}/g, '/'));
}
