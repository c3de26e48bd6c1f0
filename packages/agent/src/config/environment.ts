/**
 * References in the scalars of a configuration: `${NAME}` to a variable of the environment, as
 * Falco has them, and `${file:/path}` to what a file holds, which is ours: for secrets that are
 * mounted as files. No variable of Falco's can be meant by that, as long as none has the name
 * `file:/path`; and if one has, it wins.
 */

import { readFileSync, statSync } from 'node:fs';

export type Environment = Readonly<Record<string, string | undefined>>;

export interface Expansion {
  readonly text: string;
  /** What is wrong with references to files. */
  readonly problems: readonly string[];
}

/** A token or an address; more than this is a wrong path. */
const FILE_BYTES_MAX = 64 << 10;
/** Variables may refer to variables, and so to themselves, on which Falco never comes to an end. */
const REPLACED_MAX = 1000;
const TEXT_LENGTH_MAX = 1 << 20;

/**
 * Replaces `${NAME}` by the variable, or by nothing when it is not set; `$${NAME}` stands for a
 * literal `${NAME}`. What a variable holds is looked into for further references, as Falco does;
 * what a file holds is not.
 */
export function expandReferences(text: string, environment: Environment): Expansion {
  const problems: string[] = [];
  let rest = text;
  let done = '';
  for (let replaced = 0; replaced < REPLACED_MAX; ) {
    const at = rest.indexOf('$');
    const escaped = rest.startsWith('$${', at);
    const close = rest.indexOf('}', at);
    if (at < 0 || close < 0) break;
    if (!escaped && rest[at + 1] !== '{') {
      // A dollar that begins nothing: the next one may.
      done += rest.slice(0, at + 1);
      rest = rest.slice(at + 1);
      continue;
    }
    replaced++;
    done += rest.slice(0, at);
    if (escaped) {
      // What stands between the braces, which are literal now, may be a reference.
      done += '${';
      rest = rest.slice(at + 3);
      continue;
    }
    const name = rest.slice(at + 2, close);
    const after = rest.slice(close + 1);
    const variable = variableOf(environment, name);
    if (variable === undefined && name.startsWith('file:')) {
      const found = readReferenced(name.slice('file:'.length));
      if ('problem' in found) problems.push(found.problem);
      else done += found.text;
      rest = after;
    } else {
      rest = (variable ?? '') + after;
    }
    if (done.length + rest.length > TEXT_LENGTH_MAX) break;
  }
  return { text: done + rest, problems };
}

/** Not what every object inherits: `${constructor}` is no variable. */
function variableOf(environment: Environment, name: string): string | undefined {
  return Object.hasOwn(environment, name) ? environment[name] : undefined;
}

/** Without the line feed that editors and `echo` put at the end. */
function readReferenced(path: string): { readonly text: string } | { readonly problem: string } {
  const refused = (reason: string) => ({ problem: `cannot read \${file:${path}}: ${reason}` });
  if (!path.startsWith('/')) return refused('the path must be absolute');
  try {
    const stat = statSync(path);
    if (!stat.isFile()) return refused('it is no file');
    if (stat.size > FILE_BYTES_MAX) {
      return refused(`it has ${stat.size} bytes, at most ${FILE_BYTES_MAX} are read`);
    }
    return { text: readFileSync(path, 'utf8').replace(/\r?\n$/, '') };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    return refused(code === 'ENOENT' ? 'it does not exist' : code);
  }
}
