/** `%YAML` and `%TAG` lines: checked, and otherwise without effect. */

import { YamlSyntaxError } from './cursor.ts';
import type { Scanner } from './scanner.ts';
import type { Token } from './token.ts';

/** Consumes the directives before a document. */
export function readDirectives(scanner: Scanner): void {
  let versionSeen = false;
  const handles = new Set<string>();
  for (let token = scanner.peek(); token?.kind === 'directive'; token = scanner.peek()) {
    const [name, ...parameters] = token.name.split(/[ \t]+/).filter((word) => word !== '');
    if (name === 'YAML') {
      checkVersion(token, parameters, versionSeen);
      versionSeen = true;
    } else if (name === 'TAG') {
      checkTag(token, parameters, handles);
    }
    scanner.pop();
  }
}

function checkVersion(token: Token, parameters: readonly string[], seen: boolean): void {
  const [version = ''] = parameters;
  if (parameters.length !== 1) fail(token, 'YAML directives must have exactly one argument');
  if (seen) fail(token, 'repeated YAML directive');
  const major = /^([0-9]+).[0-9]+$/.exec(version)?.[1];
  if (major === undefined) fail(token, `bad YAML version: ${version}`);
  if (Number(major) > 1) fail(token, 'YAML major version too large');
}

function checkTag(token: Token, parameters: readonly string[], handles: Set<string>): void {
  const [handle = ''] = parameters;
  if (parameters.length !== 2) fail(token, 'TAG directives must have exactly two arguments');
  if (handles.has(handle)) fail(token, 'repeated TAG directive');
  handles.add(handle);
}

function fail(token: Token, message: string): never {
  throw new YamlSyntaxError(token.start, message);
}
