/**
 * A shared library with Falco's interface of plugins: its functions, with the types that they have
 * there. Libraries stay loaded until the program ends: what they started, threads and runtimes of
 * other languages, cannot be taken out of a process.
 */

import { isCompatible, parseVersion } from '@saker/core/rules/version.ts';
import koffi, { type LibraryHandle } from 'koffi';
import { PluginError, thrownText } from '../plugin-error.ts';
import { API_VERSION } from './abi.ts';

/** NULL is 0n where it goes in, and null where it comes out. */
export type Address = bigint;

/** A function that may be called on a thread of Node's pool. */
interface Callable<Parameters extends readonly unknown[], Value> {
  (...parameters: Parameters): Value;
  async(...parameters: [...Parameters, done: (error: Error | null, value: Value) => void]): void;
}

/** Functions by their names without `plugin_`; those that are optional are undefined. */
export interface PluginFunctions {
  readonly get_required_api_version: () => string | null;
  readonly get_name: () => string | null;
  readonly get_description: () => string | null;
  readonly get_contact: () => string | null;
  readonly get_version: () => string | null;
  readonly get_last_error: (state: Address) => string | null;
  readonly init: Callable<[input: Address, result: Address], Address | null>;
  readonly destroy: Callable<[state: Address], void>;

  readonly get_init_schema?: (kind: Address) => string | null;
  readonly get_required_event_schema_version?: (state: Address) => string | null;

  readonly get_id?: () => number;
  readonly get_event_source?: () => string | null;
  readonly open?: Callable<[state: Address, params: Address, result: Address], Address | null>;
  readonly close?: Callable<[state: Address, instance: Address], void>;
  readonly next_batch?: Callable<
    [state: Address, instance: Address, count: Address, events: Address],
    number
  >;
  readonly event_to_string?: (state: Address, event: Address) => string | null;
  readonly list_open_params?: (state: Address, result: Address) => string | null;

  readonly get_fields?: () => string | null;
  readonly extract_fields?: (state: Address, event: Address, input: Address) => number;
  readonly get_extract_event_sources?: () => string | null;
  readonly get_extract_event_types?: (count: Address, state: Address) => Address | null;

  readonly parse_event?: (state: Address, event: Address, input: Address) => number;
  readonly get_parse_event_sources?: () => string | null;
  readonly get_parse_event_types?: (count: Address, state: Address) => Address | null;

  readonly get_async_event_sources?: () => string | null;
  readonly get_async_events?: () => string | null;
  readonly set_async_event_handler?: Callable<
    [state: Address, owner: Address, handler: Address],
    number
  >;

  readonly get_metrics?: (state: Address, count: Address) => Address | null;
  readonly capture_open?: unknown;
}

type Name = keyof PluginFunctions;

const TEXT = 'const char *';
const POINTER = 'void *';

/** What each one gives and takes. */
const signatures: Readonly<Record<Name, readonly [value: string, ...parameters: string[]]>> = {
  get_required_api_version: [TEXT],
  get_name: [TEXT],
  get_description: [TEXT],
  get_contact: [TEXT],
  get_version: [TEXT],
  get_last_error: [TEXT, POINTER],
  init: [POINTER, POINTER, POINTER],
  destroy: ['void', POINTER],
  get_init_schema: [TEXT, POINTER],
  get_required_event_schema_version: [TEXT, POINTER],
  get_id: ['uint32_t'],
  get_event_source: [TEXT],
  open: [POINTER, POINTER, POINTER, POINTER],
  close: ['void', POINTER, POINTER],
  next_batch: ['int', POINTER, POINTER, POINTER, POINTER],
  event_to_string: [TEXT, POINTER, POINTER],
  list_open_params: [TEXT, POINTER, POINTER],
  get_fields: [TEXT],
  extract_fields: ['int', POINTER, POINTER, POINTER],
  get_extract_event_sources: [TEXT],
  get_extract_event_types: [POINTER, POINTER, POINTER],
  parse_event: ['int', POINTER, POINTER, POINTER],
  get_parse_event_sources: [TEXT],
  get_parse_event_types: [POINTER, POINTER, POINTER],
  get_async_event_sources: [TEXT],
  get_async_events: [TEXT],
  set_async_event_handler: ['int', POINTER, POINTER, POINTER],
  get_metrics: [POINTER, POINTER, POINTER],
  capture_open: ['int', POINTER, POINTER],
};

const required: readonly Name[] = [
  'get_required_api_version',
  'get_version',
  'get_name',
  'get_description',
  'get_contact',
  'init',
  'destroy',
  'get_last_error',
];

/** Functions that make no sense without each other. */
const groups: readonly { readonly capability: string; readonly names: readonly Name[] }[] = [
  { capability: 'event sourcing', names: ['open', 'close', 'next_batch'] },
  { capability: 'field extraction', names: ['get_fields', 'extract_fields'] },
  { capability: 'async events', names: ['get_async_events', 'set_async_event_handler'] },
];

const loaded = new Map<string, PluginFunctions>();

/** PluginError when it cannot be loaded or is no plugin for this interface. */
export function loadLibrary(plugin: string, path: string): PluginFunctions {
  const known = loaded.get(path);
  if (known !== undefined) return known;
  let library: LibraryHandle;
  try {
    library = koffi.load(path);
  } catch (cause) {
    const reason = `library ${path} cannot be loaded: ${thrownText(cause)}`;
    throw new PluginError('unloadable', plugin, reason, { cause });
  }
  const found = new Map<Name, unknown>();
  for (const [name, [value, ...parameters]] of Object.entries(signatures)) {
    const symbol = functionOf(library, `plugin_${name}`, value, parameters);
    if (symbol !== undefined && isName(name)) found.set(name, symbol);
  }
  checkVersion(plugin, path, found);
  checkSymbols(plugin, path, found);
  const functions = asFunctions(found);
  loaded.set(path, functions);
  return functions;
}

/** Undefined: the library does not have it. */
function functionOf(
  library: LibraryHandle,
  symbol: string,
  value: string,
  parameters: readonly string[],
): unknown {
  try {
    return library.func(symbol, value, [...parameters]);
  } catch {
    return undefined;
  }
}

/** First of all: a library of another version may have functions of other types. */
function checkVersion(plugin: string, path: string, found: ReadonlyMap<Name, unknown>): void {
  const ask = found.get('get_required_api_version');
  if (typeof ask !== 'function') {
    const reason =
      `${path} is no plugin: it lacks the function plugin_get_required_api_version, which tells ` +
      `the version of Falco's interface of plugins`;
    throw new PluginError('shape', plugin, reason);
  }
  const text: unknown = Reflect.apply(ask, undefined, []);
  const wanted = parseVersion(String(text));
  const given = parseVersion(API_VERSION);
  if (wanted === undefined || given === undefined) {
    const reason = `${path} names "${String(text)}" as the version of the interface that it needs`;
    throw new PluginError('api-version', plugin, `${reason}, which is none: expected like 3.0.0`);
  }
  if (isCompatible(given, wanted)) return;
  const hint =
    wanted.major === given.major
      ? 'it is newer than this Saker'
      : `the first numbers must be equal; use a build of it for version ${given.major}`;
  const reason = `${path} needs version ${String(text)} of Falco's interface of plugins`;
  throw new PluginError('api-version', plugin, `${reason}, this Saker has ${API_VERSION}: ${hint}`);
}

function checkSymbols(plugin: string, path: string, found: ReadonlyMap<Name, unknown>): void {
  const listed = (names: readonly Name[]): string =>
    names.map((name) => `plugin_${name}`).join(', ');
  const missing = required.filter((name) => !found.has(name));
  if (missing.length > 0) {
    throw new PluginError('shape', plugin, `${path} lacks the functions ${listed(missing)}`);
  }
  for (const { capability, names } of groups) {
    const lacking = names.filter((name) => !found.has(name));
    // A name alone, such as that of a list, means nothing without what acts.
    const acts = names.some((name) => !name.startsWith('get_') && found.has(name));
    if (lacking.length === 0 || !acts) continue;
    const reason = `${path} has only some of the functions for ${capability}: it lacks`;
    throw new PluginError('shape', plugin, `${reason} ${listed(lacking)}`);
  }
}

function isName(name: string): name is Name {
  return Object.hasOwn(signatures, name);
}

/** Those that are required were looked for; the types are those of `signatures`. */
function asFunctions(found: ReadonlyMap<Name, unknown>): PluginFunctions {
  return Object.fromEntries(found) as unknown as PluginFunctions;
}

/** On a thread of Node's pool: this one goes on. */
export function callAside<Parameters extends readonly unknown[], Value>(
  callable: Callable<Parameters, Value>,
  ...parameters: Parameters
): Promise<Value> {
  return new Promise((resolve, reject) => {
    callable.async(...parameters, (error, value) => {
      if (error === null) resolve(value);
      else reject(error);
    });
  });
}
