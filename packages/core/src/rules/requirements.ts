/** `required_engine_version` and `required_plugin_versions` items. */

import type { Collection } from './collection.ts';
import { ItemReader } from './item-reader.ts';
import type { FileReport } from './result/file-report.ts';
import type { ItemContext } from './result/item-context.ts';
import {
  compareVersions,
  ENGINE_VERSION,
  formatVersion,
  isCompatible,
  type NamedVersion,
  parseVersion,
  type Version,
} from './version.ts';
import { uint32Of, valueOf, type YamlMap, type YamlNode } from './yaml/yaml-node.ts';

const ENGINE_KEYS: ReadonlySet<string> = new Set(['required_engine_version']);
const PLUGIN_KEYS: ReadonlySet<string> = new Set(['required_plugin_versions']);

export function readEngineVersion(
  map: YamlMap,
  file: ItemContext,
  collection: Collection,
  report: FileReport,
): void {
  const item = new ItemReader(map, file.child('required_engine_version', map), report);
  const scalar = item.scalar('required_engine_version');
  if (scalar === undefined) return;
  const version = engineVersionOf(scalar.text);
  const own = { span: scalar };
  if (version === undefined) {
    const message = `Unable to parse engine version '${scalar.text}' as a semver string. Expected "x.y.z" semver format.`;
    item.fail(message, item.context, own);
    return;
  }
  const engine = parseVersion(ENGINE_VERSION);
  if (engine === undefined || !isCompatible(engine, version)) {
    const message = `Rules require engine version ${formatVersion(version)}, but engine version is ${ENGINE_VERSION}`;
    item.failWith('LOAD_ERR_VALIDATE', message, item.context, own);
    return;
  }
  const highest = collection.requiredEngineVersion;
  if (highest === undefined || compareVersions(highest, version) < 0) {
    collection.requiredEngineVersion = version;
  }
  item.warnUnknownKeys(ENGINE_KEYS);
}

/** A whole number N, the form of old files, is 0.N.0. */
function engineVersionOf(text: string): Version | undefined {
  const minor = uint32Of(text);
  return minor === undefined ? parseVersion(text) : { major: 0, minor, patch: 0 };
}

export function readPluginVersions(
  map: YamlMap,
  file: ItemContext,
  collection: Collection,
  report: FileReport,
): void {
  const plugins = valueOf(map, 'required_plugin_versions');
  if (plugins === undefined) return;
  const context = file.child('required plugin versions', plugins);
  const item = new ItemReader(map, file.child('required plugin versions', map), report);
  if (plugins.kind !== 'sequence') {
    item.fail('Value of required_plugin_versions must be a sequence', context);
    return;
  }
  for (const plugin of plugins.items) {
    const unnamed = context.child('required plugin versions entry', plugin);
    const requirement = readRequirement(plugin, context, unnamed, report);
    if (requirement === undefined) return;
    collection.pluginRequirements.push(requirement);
  }
  item.warnUnknownKeys(PLUGIN_KEYS);
}

function readRequirement(
  plugin: YamlNode,
  context: ItemContext,
  unnamed: ItemContext,
  report: FileReport,
): readonly NamedVersion[] | undefined {
  if (plugin.kind !== 'map') {
    report.error('LOAD_ERR_YAML_VALIDATE', 'Plugin version must be a mapping', unnamed);
    return undefined;
  }
  const name = new ItemReader(plugin, unnamed, report).text('name');
  if (name === undefined) return undefined;
  const item = new ItemReader(
    plugin,
    context.child('required plugin versions entry', plugin, name),
    report,
  );
  const version = item.text('version');
  if (version === undefined) return undefined;
  const alternatives = readAlternatives(item);
  if (alternatives === undefined) return undefined;
  const requirement = [{ name, version }, ...alternatives];
  return checkRequirement(requirement, item) ? requirement : undefined;
}

function readAlternatives(item: ItemReader): readonly NamedVersion[] | undefined {
  const alternatives = valueOf(item.map, 'alternatives');
  if (alternatives === undefined) return [];
  if (alternatives.kind !== 'sequence') {
    return item.fail('Value of plugin version alternatives must be a sequence');
  }
  const found: NamedVersion[] = [];
  for (const node of alternatives.items) {
    const unnamed = item.context.child('required plugin versions alternative', node);
    if (node.kind !== 'map') {
      return item.fail('Plugin version alternative must be a mapping', unnamed);
    }
    const name = new ItemReader(node, unnamed, item.report).text('name');
    if (name === undefined) return undefined;
    const named = item.context.child('required plugin versions alternative', node, name);
    const version = new ItemReader(node, named, item.report).text('version');
    if (version === undefined) return undefined;
    found.push({ name, version });
  }
  return found;
}

function checkRequirement(requirement: readonly NamedVersion[], item: ItemReader): boolean {
  const names = new Set<string>();
  for (const { name, version } of requirement) {
    const message =
      parseVersion(version) === undefined
        ? `Invalid required version '${version}' for plugin '${name}'`
        : names.has(name)
          ? `Defined multiple alternative version requirements for plugin '${name}'`
          : undefined;
    if (message !== undefined) {
      item.failWith('LOAD_ERR_VALIDATE', message, item.context);
      return false;
    }
    names.add(name);
  }
  return true;
}
