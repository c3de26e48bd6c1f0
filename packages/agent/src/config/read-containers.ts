/**
 * How containers are noticed and asked about: `init_config` of the container plugin, which is a map
 * or a text in JSON, and for what that does not name the section `container_engines`, where Falco
 * had it up to 0.40.
 */

import { Source } from '@saker/core/base/source.ts';
import type { ContainerEngine } from '@saker/core/state/container-engines.ts';
import { checkPart } from './check-config.ts';
import type { ContainersConfig, StaticContainer } from './config.ts';
import { type ConfigNode, describeNode, emptyMap, type MapNode, nodeAt } from './config-node.ts';
import type { ConfigProblems } from './config-problems.ts';
import { ConfigReader, textsOf } from './config-reader.ts';
import { readConfigText } from './config-text.ts';
import { containerKeys, PLAIN_ENGINES, RUNTIME_ENGINES } from './live-keys.ts';

type WrittenEngine = (typeof RUNTIME_ENGINES | typeof PLAIN_ENGINES)[number];

const engineOf: Readonly<Record<WrittenEngine, ContainerEngine>> = {
  docker: 'docker',
  podman: 'podman',
  containerd: 'containerd',
  cri: 'cri',
  lxc: 'lxc',
  libvirt_lxc: 'libvirt-lxc',
  bpm: 'bpm',
};

const PLUGIN = 'plugins[container].init_config';

/** `init`: what stands under `init_config`. */
export function readContainers(
  reader: ConfigReader,
  init: ConfigNode | undefined,
  problems: ConfigProblems,
): ContainersConfig {
  const map = initMap(init, reader, problems);
  problems.found.push(...checkPart(map, containerKeys, PLUGIN));
  const plugin = new ConfigReader(map, containerKeys);
  const sources = [
    { reader: plugin, path: 'engines' },
    { reader, path: 'container_engines' },
  ];
  /** Where an engine is configured; undefined: nowhere. */
  const engine = (name: string) => sources.find((one) => has(one.reader, `${one.path}.${name}`));
  const takesPart = (name: string): boolean => {
    const found = engine(name);
    return found?.reader.boolean(`${found.path}.${name}.enabled`) ?? true;
  };
  const socketsOf = (name: string): readonly string[] => {
    const found = engine(name);
    return textsOf(found?.reader.node(`${found.path}.${name}.sockets`));
  };
  const names = [...RUNTIME_ENGINES, ...PLAIN_ENGINES].filter(takesPart);
  return {
    engines: names.map((name) => engineOf[name]),
    sockets: new Map(
      RUNTIME_ENGINES.flatMap((name) => {
        const paths = socketsOf(name);
        return paths.length === 0 ? [] : [[name, paths]];
      }),
    ),
    staticContainer: staticContainer(plugin, problems),
    labelLengthMax: plugin.number('label_max_len'),
    withSize: plugin.boolean('with_size'),
    waitMs: reader.number('saker.container_wait_ms'),
  };
}

function has(reader: ConfigReader, path: string): boolean {
  const node = reader.node(path);
  return node !== undefined && node.kind !== 'null';
}

function initMap(
  init: ConfigNode | undefined,
  reader: ConfigReader,
  problems: ConfigProblems,
): MapNode {
  if (init?.kind === 'map') return init;
  const empty = emptyMap(init?.place ?? reader.root.place);
  if (init === undefined || init.kind === 'null') return empty;
  if (init.kind === 'scalar') {
    if (init.text.trim() === '') return empty;
    const { root, diagnostics } = readConfigText(new Source(PLUGIN, init.text), undefined);
    problems.found.push(...diagnostics);
    if (root.kind === 'map') return root;
  }
  problems.node(init, `${PLUGIN}: expected a map or a JSON document, found ${describeNode(init)}`);
  return empty;
}

/** An error when it is switched on without all of its names: rules would see an empty container. */
function staticContainer(
  plugin: ConfigReader,
  problems: ConfigProblems,
): StaticContainer | undefined {
  const path = 'engines.static';
  const node = nodeAt(plugin.root, path.split('.'));
  if (node === undefined || !plugin.boolean(`${path}.enabled`)) return undefined;
  const id = plugin.text(`${path}.container_id`);
  const name = plugin.text(`${path}.container_name`);
  const image = plugin.text(`${path}.container_image`);
  if (id === '' || name === '' || image === '') {
    const needed = 'container_id, container_name and container_image';
    problems.node(node, `${PLUGIN}.${path}: a static container needs ${needed}`);
  }
  return { id, name, image };
}
