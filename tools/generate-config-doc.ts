/**
 * Writes the tables of docs/configuration.md from the tables of keys and old flags. What stands
 * above the mark is written by hand. Usage: node tools/generate-config-doc.ts
 */

import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { oldFlags } from '../packages/agent/src/app/old-flags.ts';
import { configKeys } from '../packages/agent/src/config/config-keys.ts';
import type { KeySpec, OldKey } from '../packages/agent/src/config/key-spec.ts';
import { containerKeys } from '../packages/agent/src/config/live-keys.ts';

export const DOCUMENT = 'docs/configuration.md';
const MARK = '<!-- from here on written by tools/generate-config-doc.ts -->\n';

/** The whole document, with what is below the mark made anew. */
export function generate(document: string): string {
  const at = document.indexOf(MARK);
  if (at < 0) throw new Error(`${DOCUMENT} lacks the line ${MARK}`);
  const leaves = leavesOf(configKeys, '');
  const current = leaves.filter(({ old }) => old === undefined);
  const inContainer = leavesOf(containerKeys, '');
  return [
    document.slice(0, at) + MARK,
    '## Keys\n',
    "Keys that are not in bold are those of `falco.yaml`; **bold** ones are Saker's own.\n",
    keyTable(current),
    '## `init_config` of the container plugin\n',
    keyTable(inContainer),
    '## Keys of older Falcos\n',
    table(['key', 'Falco before', 'here'], oldKeysOf(configKeys, '')),
    '## Flags of older Falcos\n',
    table(['flag', 'Falco before', 'here'], oldFlags.map(flagRow)),
  ].join('\n');
}

interface Leaf {
  readonly path: string;
  readonly spec: KeySpec;
  readonly isOwn: boolean;
  /** Of the key or of a section that it is in. */
  readonly old: OldKey | undefined;
}

function leavesOf(spec: KeySpec, path: string, above?: Leaf): Leaf[] {
  const leaf: Leaf = {
    path,
    spec,
    isOwn: spec.own === true || above?.isOwn === true,
    old: spec.old ?? above?.old,
  };
  if (spec.type === 'list') {
    const { items } = spec;
    return items.type === 'section' ? leavesOf(items, `${path}[]`, leaf) : [leaf];
  }
  if (spec.type !== 'section') return [leaf];
  return Object.entries(spec.keys).flatMap(([key, inner]) =>
    leavesOf(inner, path === '' ? key : `${path}.${key}`, leaf),
  );
}

function keyTable(leaves: readonly Leaf[]): string {
  return table(
    ['key', 'value', 'default', 'meaning'],
    leaves.map(({ path, spec, isOwn }) => [
      isOwn ? `**\`${path}\`**` : `\`${path}\``,
      valueText(spec),
      'fallback' in spec ? `\`${JSON.stringify(spec.fallback)}\`` : '',
      spec.meaning,
    ]),
  );
}

function valueText(spec: KeySpec): string {
  switch (spec.type) {
    case 'boolean':
      return 'switch';
    case 'integer':
    case 'number': {
      const { minimum, maximum } = spec;
      const what = spec.type === 'integer' ? 'whole number' : 'number';
      const from = minimum === undefined ? '' : ` from ${minimum}`;
      return what + from + (maximum === undefined ? '' : ` to ${maximum}`);
    }
    case 'string':
      return spec.choices?.join(', ') ?? 'text';
    case 'list':
      return `list: ${valueText(spec.items)}`;
    case 'section':
      return `map: ${Object.keys(spec.keys).join(', ')}`;
    case 'text-map':
      return 'map of texts';
    case 'either':
      return spec.of.map(valueText).join(' or ');
    case 'any':
      return 'anything';
  }
}

/** Sections that are old as a whole are one row. */
function oldKeysOf(spec: KeySpec, path: string): string[][] {
  const { old } = spec;
  if (old !== undefined) return [[`\`${path}\``, old.before ?? '', oldText(old)]];
  if (spec.type !== 'section') return [];
  return Object.entries(spec.keys).flatMap(([key, inner]) =>
    oldKeysOf(inner, path === '' ? key : `${path}.${key}`),
  );
}

function oldText(old: OldKey): string {
  if ('movedTo' in old) return `read as \`${old.movedTo}\``;
  if ('modernForm' in old) return `works; today ${old.modernForm}`;
  return `does nothing: ${old.whyNothing}`;
}

function flagRow({ names, before, does }: (typeof oldFlags)[number]): string[] {
  const dashed = names.map((name) => `\`${name.length > 1 ? '--' : '-'}${name}\``);
  return [dashed.join(', '), before, effectText(does)];
}

function effectText(does: (typeof oldFlags)[number]['does']): string {
  if ('options' in does) {
    const all = [...(does.first ?? []), ...does.options];
    return `read as ${all.map((option) => `\`-o ${option}\``).join(' ')}`;
  }
  if ('flags' in does) return `read as \`${does.flags.join(' ')}\``;
  return 'refused' in does ? `refused: ${does.refused}` : `does nothing: ${does.notNeeded}`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |\n`;
  const rule = `|${head.map(() => '---|').join('')}\n`;
  return line(head) + rule + rows.map(line).join('');
}

if (import.meta.main) {
  const path = resolve(import.meta.dirname, '..', DOCUMENT);
  writeFileSync(path, generate(readFileSync(path, 'utf8')));
  console.log(`wrote ${DOCUMENT}`);
}
