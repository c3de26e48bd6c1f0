/**
 * Joining and normalising of paths, in bytes and without looking at a file system: what fd.name,
 * proc.cwd, fs.path.* and the text of path parameters are made with. The rules are Falco's, because
 * rules and their exceptions name the results.
 */

import type { ByteString } from './host.ts';

/**
 * SCAP_MAX_PATH_SIZE: the longest result, counting a final NUL; paths that may exceed it are
 * replaced as a whole.
 */
export const PATH_BYTES_MAX = 1024;
/** What a path becomes whose parts together leave PATH_BYTES_MAX. */
export const PATH_TOO_LONG = '/DIR_TOO_LONG/FILENAME_TOO_LONG';

const SLASH = 0x2f;
const DOT = 0x2e;

/**
 * `path` as seen from `base`. An absolute path ignores the base, "" stays "". Only the path is
 * normalised: ".", empty and trailing components go, ".." takes away the last component of what is
 * there so far, the base included. No separator is put between them: directories end in "/" by
 * convention, so a base without one is a prefix ("<UNKNOWN>" + "name").
 */
export function joinPath(base: ByteString, path: ByteString): ByteString {
  if (base.length + path.length + 1 > PATH_BYTES_MAX) return PATH_TOO_LONG;
  if (path === '') return '';
  const start = path.charCodeAt(0) === SLASH ? '' : base;
  return isNormal(path) ? start + path : append(start, path);
}

/**
 * The path without ".", "..", empty and trailing components; a relative path stays relative ("../x"
 * is "x").
 */
export function normalisePath(path: ByteString): ByteString {
  return joinPath('', path);
}

/**
 * Whether no component is empty, "." or ".." (a leading "/" apart): most paths, which need no work.
 */
function isNormal(path: ByteString): boolean {
  let component = path.charCodeAt(0) === SLASH ? 1 : 0;
  for (let at = component; at <= path.length; at++) {
    if (at < path.length && path.charCodeAt(at) !== SLASH) continue;
    const length = at - component;
    if (length === 0) return false;
    if (length <= 2 && path.charCodeAt(component) === DOT && path.charCodeAt(at - 1) === DOT) {
      return false;
    }
    component = at + 1;
  }
  return true;
}

function append(base: ByteString, path: ByteString): ByteString {
  let joined = base;
  let at = 0;
  while (at < path.length) {
    const slash = path.indexOf('/', at);
    const end = slash < 0 ? path.length : slash;
    const component = path.slice(at, end);
    // After a base without "/" the first component goes on the base's last one: no dots are special
    // there.
    const atBoundary = joined === '' || joined.endsWith('/');
    if (atBoundary && component === '..') {
      joined = parentOf(joined);
    } else if (!atBoundary || component !== '.') {
      joined += component;
      // "foo/" + "..//a" is "a", not "/a": a base that was relative does not become the root.
      const atRelativeStart = joined === '' && base !== '';
      if (slash >= 0 && !joined.endsWith('/') && !atRelativeStart) joined += '/';
    }
    at = end + 1;
  }
  return joined.length > 1 && joined.endsWith('/') ? joined.slice(0, -1) : joined;
}

/** Without its last component, "/" kept; a path of at most one char has nothing to lose. */
function parentOf(path: ByteString): ByteString {
  if (path.length <= 1) return path;
  return path.slice(0, path.lastIndexOf('/', path.length - 2) + 1);
}

/**
 * The part before the last "/"; a name that ends in "/" stays whole, a name directly below the root
 * is in "/".
 */
export function directoryPart(name: ByteString): ByteString {
  const slash = name.lastIndexOf('/');
  if (slash <= 0) return '/';
  return slash === name.length - 1 ? name : name.slice(0, slash);
}

/**
 * The part behind the last "/"; a name that ends in "/" stays whole, one without is "/", as Falco
 * has it.
 */
export function filePart(name: ByteString): ByteString {
  const slash = name.lastIndexOf('/');
  if (slash < 0) return '/';
  return slash === name.length - 1 ? name : name.slice(slash + 1);
}
