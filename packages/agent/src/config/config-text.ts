/** YAML text to a configuration tree, in the dialect in which rules are read too. */

import type { Diagnostic } from '@saker/core/base/diagnostic.ts';
import type { Source } from '@saker/core/base/source.ts';
import { readYaml } from '@saker/core/rules/yaml/read-yaml.ts';
import type { YamlMap, YamlNode } from '@saker/core/rules/yaml/yaml-node.ts';
import { type ConfigNode, emptyMap, type MapNode, type Place } from './config-node.ts';
import { type Environment, expandReferences } from './environment.ts';

/**
 * Nodes of one document. Falco's own falco.yaml has 250; aliases could multiply a small file beyond
 * any memory.
 */
const NODES_MAX = 100_000;

export interface ConfigText {
  readonly root: ConfigNode;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * The first document of `source`. A text without content is an empty map. `environment` is what
 * references refer to; undefined: there are none, `${NAME}` is text like any other.
 */
export function readConfigText(source: Source, environment: Environment | undefined): ConfigText {
  const whole: Place = { source, span: { start: 0, end: 0 } };
  const { documents, error } = readYaml(source.text);
  if (error !== undefined) {
    const problem = configProblem('CONFIG_ERR_YAML', placeAt(source, error.offset), error.message);
    return { root: emptyMap(whole), diagnostics: [problem] };
  }
  const builder = new TreeBuilder(source, environment);
  const document = documents[0];
  const root = document === undefined ? emptyMap(whole) : builder.build(document);
  return { root: root.kind === 'null' ? emptyMap(whole) : root, diagnostics: builder.diagnostics };
}

/** The whole text as a map: what a configuration file must be. */
export function readConfigMap(
  source: Source,
  environment: Environment,
): { readonly root: MapNode; readonly diagnostics: readonly Diagnostic[] } {
  const { root, diagnostics } = readConfigText(source, environment);
  if (root.kind === 'map') return { root, diagnostics };
  const message = 'a configuration is a map of keys and values';
  const problem = configProblem('CONFIG_ERR_TYPE', root.place, message);
  return { root: emptyMap(root.place), diagnostics: [...diagnostics, problem] };
}

export function configProblem(
  code: string,
  place: Place,
  message: string,
  severity: Diagnostic['severity'] = 'error',
): Diagnostic {
  return { code, severity, message, source: place.source, span: place.span };
}

function placeAt(source: Source, offset: number): Place {
  return { source, span: { start: offset, end: offset + 1 } };
}

class TreeBuilder {
  readonly diagnostics: Diagnostic[] = [];
  readonly #source: Source;
  readonly #environment: Environment | undefined;
  #nodes = 0;

  constructor(source: Source, environment: Environment | undefined) {
    this.#source = source;
    this.#environment = environment;
  }

  build(node: YamlNode): ConfigNode {
    const place = this.#place(node);
    if (++this.#nodes > NODES_MAX) {
      if (this.#nodes === NODES_MAX + 1) this.#report('CONFIG_ERR_SIZE', place, sizeMessage);
      return { kind: 'null', place };
    }
    switch (node.kind) {
      case 'null':
        return { kind: 'null', place };
      case 'scalar':
        return this.#scalar(node.text, place);
      case 'sequence':
        return { kind: 'list', items: node.items.map((item) => this.build(item)), place };
      case 'map':
        return this.#map(node, place);
    }
  }

  #scalar(written: string, place: Place): ConfigNode {
    if (this.#environment === undefined || !written.includes('${')) {
      return { kind: 'scalar', text: written, place };
    }
    const { text, problems } = expandReferences(written, this.#environment);
    for (const problem of problems) this.#report('CONFIG_ERR_REFERENCE', place, problem);
    return { kind: 'scalar', text, written, place };
  }

  #map(node: YamlMap, place: Place): MapNode {
    const map = emptyMap(place);
    for (const { key, value } of node.entries) {
      const keyPlace = this.#place(key);
      if (key.kind !== 'scalar') {
        this.#report('CONFIG_ERR_TYPE', keyPlace, 'a key is a plain text');
      } else if (map.entries.has(key.text)) {
        const message = `key "${key.text}" stands twice here; the first one counts`;
        this.#report('CONFIG_WARN_TWICE', keyPlace, message, 'warning');
      } else {
        map.entries.set(key.text, { keyPlace, value: this.build(value) });
      }
    }
    return map;
  }

  #place(node: YamlNode): Place {
    return { source: this.#source, span: { start: node.start, end: node.end } };
  }

  #report(code: string, place: Place, message: string, severity?: Diagnostic['severity']): void {
    this.diagnostics.push(configProblem(code, place, message, severity));
  }
}

const sizeMessage = `more than ${NODES_MAX} values (aliases counted at every use) are not read`;
