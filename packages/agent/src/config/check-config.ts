/** A configuration tree against the table of keys: types, ranges, choices, unknown names. */

import type { Diagnostic } from '@saker/core/base/diagnostic.ts';
import { suggest } from '@saker/core/base/suggest.ts';
import { booleanOf } from '@saker/core/rules/yaml/yaml-node.ts';
import { configKeys } from './config-keys.ts';
import { type ConfigNode, describeNode, type MapNode, type Place } from './config-node.ts';
import type { KeySpec, ListSpec, NumberSpec, OldKey, SectionSpec, StringSpec } from './key-spec.ts';

/** Old keys are no mistakes: a file with them is still valid. */
export const OLD_KEY_CODE = 'CONFIG_WARN_OLD_KEY';

/**
 * Warnings, in the order of the text: Falco too runs with what it cannot read, on defaults.
 */
export function checkConfig(root: MapNode): readonly Diagnostic[] {
  return checkPart(root, configKeys, '');
}

/** The same for a part of the tree that has keys of its own. */
export function checkPart(
  node: ConfigNode,
  spec: SectionSpec,
  path: string,
): readonly Diagnostic[] {
  const checker = new Checker();
  checker.node(node, spec, path);
  return checker.diagnostics;
}

class Checker {
  readonly diagnostics: Diagnostic[] = [];

  section(map: MapNode, spec: SectionSpec, path: string): void {
    for (const [key, { keyPlace, value }] of map.entries) {
      const known = spec.keys[key];
      const keyPath = path === '' ? key : `${path}.${key}`;
      if (known === undefined) {
        this.#unknown(keyPath, suggest(key, Object.keys(spec.keys)), keyPlace);
        continue;
      }
      const { old } = known;
      if (old !== undefined && value.kind !== 'null') {
        this.#report(oldKeyText(keyPath, old), keyPlace, OLD_KEY_CODE);
      }
      this.node(value, known, keyPath);
    }
    for (const key of spec.required ?? []) {
      if (!map.entries.has(key))
        this.#report(`${path || 'this'} needs the key "${key}"`, map.place);
    }
  }

  node(node: ConfigNode, spec: KeySpec, path: string): void {
    if (node.kind === 'null') return;
    switch (spec.type) {
      case 'any':
        return;
      case 'boolean':
        if (node.kind === 'scalar' && booleanOf(node.text) !== undefined) return;
        return this.#expected('true or false', node, path);
      case 'integer':
      case 'number':
        return this.#number(node, spec, path);
      case 'string':
        return this.#string(node, spec, path);
      case 'list':
        return this.#list(node, spec, path);
      case 'section':
        if (node.kind === 'map') return this.section(node, spec, path);
        return this.#expected(`a map with ${names(Object.keys(spec.keys))}`, node, path);
      case 'text-map':
        return this.#textMap(node, path);
      case 'either': {
        const fitting = spec.of.find((one) => (one.type === 'string') === (node.kind === 'scalar'));
        return this.node(node, fitting ?? spec, path);
      }
    }
  }

  #number(node: ConfigNode, spec: NumberSpec, path: string): void {
    const value = node.kind === 'scalar' ? numberOf(node.text) : undefined;
    if (value !== undefined && numberFits(value, spec)) return;
    this.#expected(numberRange(spec), node, path);
  }

  #string(node: ConfigNode, spec: StringSpec, path: string): void {
    if (node.kind !== 'scalar') return this.#expected('a text', node, path);
    if (spec.choices === undefined || choiceOf(node.text, spec) !== undefined) return;
    const meant = suggest(node.text, spec.choices);
    const hint = meant === undefined ? '' : `, did you mean "${meant}"?`;
    this.#expected(`one of ${spec.choices.join(', ')}`, node, path, hint);
  }

  /** A single value stands for a list of one, as Falco reads it. */
  #list(node: ConfigNode, spec: ListSpec, path: string): void {
    if (node.kind === 'list') {
      for (const [index, item] of node.items.entries()) {
        this.node(item, spec.items, `${path}[${index}]`);
      }
    } else if (node.kind === 'scalar' && spec.items.type !== 'section') {
      this.node(node, spec.items, path);
    } else {
      this.#expected('a list', node, path);
    }
  }

  #textMap(node: ConfigNode, path: string): void {
    if (node.kind !== 'map') return this.#expected('a map of texts', node, path);
    for (const [key, { value }] of node.entries) {
      if (value.kind === 'list' || value.kind === 'map') {
        this.#expected('a text', value, `${path}.${key}`);
      }
    }
  }

  #unknown(path: string, meant: string | undefined, place: Place): void {
    const hint = meant === undefined ? '' : `, did you mean "${meant}"?`;
    this.#report(`unknown key "${path}"${hint}`, place, 'CONFIG_WARN_UNKNOWN_KEY');
  }

  #expected(what: string, node: ConfigNode, path: string, hint = ''): void {
    const found = describeNode(node);
    this.#report(`${path}: expected ${what}, found ${found}${hint}`, node.place);
  }

  #report(message: string, place: Place, code = 'CONFIG_WARN_TYPE'): void {
    const { source, span } = place;
    this.diagnostics.push({ code, severity: 'warning', message, source, span });
  }
}

function oldKeyText(path: string, old: OldKey): string {
  const name = old.before === undefined ? path : `${path} is of Falco before ${old.before}`;
  if ('movedTo' in old) return `${name}: it is read as ${old.movedTo}`;
  if ('modernForm' in old) return `${name}: it still works, its modern form is ${old.modernForm}`;
  return `${name}${old.before === undefined ? '' : ' and'} does nothing: ${old.whyNothing}`;
}

export function numberFits(value: number, spec: NumberSpec): boolean {
  const { type, minimum = -Infinity, maximum = Infinity } = spec;
  return (type === 'number' || Number.isSafeInteger(value)) && value >= minimum && value <= maximum;
}

/** `a whole number from 1 up to 10`. */
export function numberRange({ type, minimum, maximum }: NumberSpec): string {
  const what = type === 'integer' ? 'a whole number' : 'a number';
  const from = minimum === undefined ? '' : ` from ${minimum}`;
  const upTo = maximum === undefined ? '' : ` up to ${maximum}`;
  return what + from + upTo;
}

export function numberOf(text: string): number | undefined {
  const value = /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(text) ? Number(text) : Number.NaN;
  return Number.isFinite(value) ? value : undefined;
}

/** The choice that a text names, in the spelling of the table. */
export function choiceOf(value: string, spec: StringSpec): string | undefined {
  const wanted = spec.anyCase === true ? value.toLowerCase() : value;
  return spec.choices?.find((choice) => choice === wanted);
}

function names(keys: readonly string[]): string {
  const shown = keys.slice(0, 4).join(', ');
  return keys.length > 4 ? `${shown}, ...` : shown;
}
