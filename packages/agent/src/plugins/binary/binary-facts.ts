/** What a library says of itself as texts of JSON: its fields, sources, events, parameters. */

import type { PluginField, PluginFieldType, SuggestedParams } from '../plugin.ts';
import { PluginError } from '../plugin-error.ts';
import { FIELD_TYPES } from './abi.ts';

export type BinaryField = Omit<PluginField, 'bind'>;

/** What get_fields gives. PluginError when it is not what it should be. */
export function readFields(plugin: string, text: string | null): readonly BinaryField[] {
  return readList(plugin, 'get_fields', text).map((entry) => {
    const refuse = (problem: string): never => {
      throw new PluginError('shape', plugin, `one of its fields is wrong: ${problem}`);
    };
    if (!isObject(entry)) return refuse(`expected an object, found ${JSON.stringify(entry)}`);
    const { name, type, desc } = entry;
    if (typeof name !== 'string' || name === '') return refuse('it has no "name"');
    if (typeof desc !== 'string' || desc === '') return refuse(`${name} has no "desc"`);
    if (!isFieldType(type)) {
      const known = Object.keys(FIELD_TYPES).join(', ');
      return refuse(`the "type" of ${name} must be one of ${known}, found ${JSON.stringify(type)}`);
    }
    const { properties } = entry;
    const isHidden = Array.isArray(properties) && properties.includes('hidden');
    return {
      name,
      type,
      description: desc,
      list: isTrue(entry, 'isList'),
      suggested: isTrue(entry, 'addOutput'),
      hidden: isHidden,
      ...argumentOf(entry['arg']),
    };
  });
}

function argumentOf(given: unknown): Pick<PluginField, 'argument'> {
  if (!isObject(given)) return {};
  const [index, key] = [isTrue(given, 'isIndex'), isTrue(given, 'isKey')];
  const required = isTrue(given, 'isRequired');
  return index || key || required ? { argument: { index, key, required } } : {};
}

/** A list of names; none where the function does not exist or says nothing. */
export function readNames(
  plugin: string,
  symbol: string,
  ask: (() => string | null) | undefined,
): readonly string[] {
  const text = ask?.() ?? '';
  if (text === '') return [];
  const names = readList(plugin, symbol, text).map(String);
  return names.filter((name) => name !== '');
}

export function readSuggestedParams(plugin: string, text: string): readonly SuggestedParams[] {
  return readList(plugin, 'list_open_params', text).flatMap((entry) => {
    if (!isObject(entry) || typeof entry['value'] !== 'string') return [];
    const { value, desc } = entry;
    return { value, ...(typeof desc === 'string' && desc !== '' && { description: desc }) };
  });
}

/** The schema of init_config. */
export function readSchema(plugin: string, text: string): Readonly<Record<string, unknown>> {
  const schema = parsed(plugin, 'get_init_schema', text);
  if (isObject(schema)) return schema;
  throw new PluginError('shape', plugin, 'plugin_get_init_schema does not give an object of JSON');
}

function readList(plugin: string, symbol: string, text: string | null): readonly unknown[] {
  const list = parsed(plugin, symbol, text);
  if (Array.isArray(list)) return list;
  throw new PluginError('shape', plugin, `plugin_${symbol} does not give a list of JSON`);
}

function parsed(plugin: string, symbol: string, text: string | null): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch (cause) {
    const reason = `plugin_${symbol} gives what is no JSON: ${JSON.stringify((text ?? '').slice(0, 80))}`;
    throw new PluginError('shape', plugin, reason, { cause });
  }
}

function isTrue(entry: JsonObject, key: string): boolean {
  return entry[key] === true;
}

function isFieldType(type: unknown): type is PluginFieldType {
  return typeof type === 'string' && Object.hasOwn(FIELD_TYPES, type);
}

interface JsonObject {
  readonly [key: string]: unknown;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
