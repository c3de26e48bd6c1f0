/**
 * Passwords and tokens in a configuration are not shown to anybody. Two things protect them: what a
 * reference (`${NAME}`, `${file:/path}`) stands for is never shown, only the reference; and of keys
 * that are marked `secret` nothing is, neither in the support document nor where a diagnostic
 * quotes the line.
 */

import type { Diagnostic } from '@saker/core/base/diagnostic.ts';
import { Source, type Span } from '@saker/core/base/source.ts';
import { configKeys } from './config-keys.ts';
import { type ConfigNode, shownText } from './config-node.ts';
import { type PathStep, parsePath } from './config-path.ts';
import type { KeySpec } from './key-spec.ts';

const HIDDEN = '***';

/** An address for messages: without user, password, path and query, where tokens stand. */
export function shownUrl(url: string): string {
  const { protocol, host } = URL.parse(url) ?? {};
  return host === undefined || host === '' ? HIDDEN : `${protocol}//${host}/${HIDDEN}`;
}

/** The tree as it may be printed. */
export function shownTree(node: ConfigNode, spec: KeySpec | undefined = configKeys): unknown {
  switch (node.kind) {
    case 'null':
      return null;
    case 'scalar':
      return spec?.secret === true && node.text !== '' ? HIDDEN : shownText(node);
    case 'list':
      return node.items.map((item) => shownTree(item, specBelow(spec, '[]')));
    case 'map':
      return Object.fromEntries(
        [...node.entries].map(([key, { value }]) => [key, shownTree(value, specBelow(spec, key))]),
      );
  }
}

/** Arguments of the command as they may be printed: `-o http_output.url=***`. */
export function shownArguments(args: readonly string[]): string[] {
  return args.map((arg) => {
    const [, flag = '', option = ''] = /^(--option=|-o(?=[^=]))?(.*)$/s.exec(arg) ?? [];
    return flag + shownOption(option);
  });
}

/** `key=value` as it may be printed. */
export function shownOption(option: string): string {
  const equals = option.indexOf('=');
  if (equals < 0) return option;
  const path = parsePath(option.slice(0, equals));
  // What cannot be understood may have been meant for a secret.
  const isSecret = !Array.isArray(path) || holdsSecret(specAt(path));
  return isSecret ? `${option.slice(0, equals)}=${HIDDEN}` : option;
}

/** The diagnostics with secrets starred out in what they quote; places stay what they are. */
export function withoutSecrets(
  diagnostics: readonly Diagnostic[],
  spans: ReadonlyMap<Source, readonly Span[]>,
): Diagnostic[] {
  const shown = new Map([...spans].map(([source, hidden]) => [source, starred(source, hidden)]));
  return diagnostics.map((one) => ({ ...one, source: shown.get(one.source) ?? one.source }));
}

/** Where secrets stand in the texts that a tree was read from. */
export function secretSpans(
  node: ConfigNode,
  into: Map<Source, Span[]>,
  spec: KeySpec | undefined = configKeys,
): void {
  if (spec?.secret === true) {
    const { source, span } = node.place;
    const known = into.get(source);
    if (known === undefined) into.set(source, [span]);
    else known.push(span);
  } else if (node.kind === 'list') {
    for (const item of node.items) secretSpans(item, into, specBelow(spec, '[]'));
  } else if (node.kind === 'map') {
    for (const [key, { value }] of node.entries) secretSpans(value, into, specBelow(spec, key));
  }
}

/** The same for a text that is no YAML: what stands on a line behind the name of a secret key. */
export function secretLines(source: Source): Span[] {
  const names = [...secretNames(configKeys)].join('|');
  const line = new RegExp(`\\b(?:${names})["']?\\s*[:=]`, 'g');
  return [...source.text.matchAll(line)].map(({ 0: name, index }) => {
    const start = index + name.length;
    const end = source.text.indexOf('\n', start);
    return { start, end: end < 0 ? source.text.length : end };
  });
}

/** Line ends stay: offsets and lines are those of the text. */
function starred(source: Source, spans: readonly Span[]): Source {
  let text = source.text;
  for (const { start, end } of spans) {
    text = text.slice(0, start) + text.slice(start, end).replace(/\S/g, '*') + text.slice(end);
  }
  return new Source(source.name, text);
}

function specAt(path: readonly PathStep[]): KeySpec | undefined {
  let spec: KeySpec | undefined = configKeys;
  for (const step of path) spec = specBelow(spec, step.kind === 'key' ? step.key : '[]');
  return spec;
}

/** What is below a secret is one, too. */
function specBelow(spec: KeySpec | undefined, key: string): KeySpec | undefined {
  if (spec?.secret === true) return spec;
  if (spec?.type === 'section' && Object.hasOwn(spec.keys, key)) return spec.keys[key];
  if (spec?.type === 'list') return key === '[]' ? spec.items : specBelow(spec.items, key);
  return undefined;
}

function holdsSecret(spec: KeySpec | undefined): boolean {
  if (spec === undefined) return false;
  if (spec.secret === true) return true;
  if (spec.type === 'list') return holdsSecret(spec.items);
  return spec.type === 'section' && Object.values(spec.keys).some(holdsSecret);
}

function secretNames(spec: KeySpec, name = '', into = new Set<string>()): Set<string> {
  if (spec.secret === true) into.add(name);
  if (spec.type === 'list') secretNames(spec.items, name, into);
  if (spec.type === 'section') {
    for (const [key, inner] of Object.entries(spec.keys)) secretNames(inner, key, into);
  }
  return into;
}
