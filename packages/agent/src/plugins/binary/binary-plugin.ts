/**
 * Falco's binary plugins as plugins of Saker: a library is loaded, and what its functions give is
 * put into the form of the contract. What Saker has no part for is told: docs/plugins.md.
 */

import { DRIVER_SCHEMA_VERSION } from '@saker/core/events/constants.gen.ts';
import { SYSCALL_SOURCE } from '@saker/core/fields/field-classes.ts';
import { isCompatible, parseVersion } from '@saker/core/rules/version.ts';
import type { LogLevel } from '../../config/log-level.ts';
import {
  type AsyncEventSink,
  type AsyncEvents,
  EventCode,
  type EventParsing,
  type EventSourcing,
  type FieldExtraction,
  type OpenedSource,
  PLUGIN_API,
  type Plugin,
  type PluginEvent,
  type PluginFactory,
  type PluginHost,
} from '../plugin.ts';
import { PluginError } from '../plugin-error.ts';
import { BinaryExtraction } from './binary-extraction.ts';
import {
  type BinaryField,
  readFields,
  readNames,
  readSchema,
  readSuggestedParams,
} from './binary-facts.ts';
import { readMetrics } from './binary-metrics.ts';
import { BinaryParsing } from './binary-parsing.ts';
import { openSource } from './binary-source.ts';
import { NativeEvent } from './native-event.ts';
import { NativeBlock } from './native-memory.ts';
import { callAside, loadLibrary, type PluginFunctions } from './plugin-library.ts';
import { type PluginOwner, pluginOwner } from './plugin-owner.ts';
import { PluginState } from './plugin-state.ts';

/** Texts of JSON may be this schema: ss_plugin_schema_type. */
const SCHEMA_JSON = 1;

/** What a library says before it is initialized. */
interface LibraryFacts {
  /** As the configuration calls the plugin. */
  readonly plugin: string;
  readonly functions: PluginFunctions;
  /** Undefined: it has no source of its own. */
  readonly sourcing: { readonly source: string; readonly id: number } | undefined;
  readonly fields: readonly BinaryField[];
}

/** PluginError when the file is no library of a plugin that Saker can run. */
export function openLibrary(
  plugin: string,
  path: string,
  log: { log(level: LogLevel, message: string): void },
): PluginFactory {
  const functions = loadLibrary(plugin, path);
  const text = (ask: () => string | null): string => ask() ?? '';
  const name = text(functions.get_name);
  const version = text(functions.get_version);
  if (parseVersion(version) === undefined) {
    const reason = `${path} gives "${version}" as its version: expected like 1.2.3`;
    throw new PluginError('shape', plugin, reason);
  }
  const facts: LibraryFacts = {
    plugin,
    functions,
    sourcing: sourcingOf(plugin, functions),
    fields:
      functions.get_fields === undefined || functions.extract_fields === undefined
        ? []
        : readFields(plugin, functions.get_fields()),
  };
  if (functions.capture_open !== undefined) {
    log.log('warning', `${name}: Saker does not tell it when capturing begins and ends`);
  }
  return {
    api: PLUGIN_API,
    name,
    version,
    description: text(functions.get_description),
    contact: text(functions.get_contact),
    ...schemaOf(plugin, functions),
    open: (config, host) => BinaryPlugin.open(facts, config, host),
  };
}

function sourcingOf(plugin: string, functions: PluginFunctions): LibraryFacts['sourcing'] {
  if (functions.open === undefined) return undefined;
  const id = functions.get_id?.() ?? 0;
  const source = functions.get_event_source?.() ?? '';
  if (id !== 0 && source !== '') return { source, id };
  const reason =
    id === 0 && source === ''
      ? 'it makes events of system calls, which Saker takes from the kernel only'
      : `it has the id ${id} and the source "${source}": both are needed`;
  throw new PluginError(id === 0 && source === '' ? 'unsupported' : 'shape', plugin, reason);
}

function schemaOf(plugin: string, { get_init_schema: ask }: PluginFunctions) {
  if (ask === undefined) return {};
  const kind = new NativeBlock(8);
  try {
    const text = ask(kind.address) ?? '';
    const isJson = kind.view.getUint32(0, true) === SCHEMA_JSON;
    return isJson && text !== '' ? { configSchema: readSchema(plugin, text) } : {};
  } finally {
    kind.free();
  }
}

class BinaryPlugin implements Plugin {
  readonly sourcing?: EventSourcing;
  readonly extraction?: FieldExtraction;
  readonly parsing?: EventParsing;
  readonly asyncEvents?: AsyncEvents;
  readonly #facts: LibraryFacts;
  readonly #state: PluginState;
  readonly #owner: PluginOwner;
  readonly #host: PluginHost;
  /** For events of others' sources: its own is asked for events on another thread meanwhile. */
  #bystander: PluginState | undefined = undefined;
  /** What is to be freed in the end. */
  readonly #parts: { free(): void }[] = [];
  #openSources = 0;
  #asyncSink: AsyncEventSink | undefined = undefined;

  private constructor(
    facts: LibraryFacts,
    state: PluginState,
    { owner, host }: { readonly owner: PluginOwner; readonly host: PluginHost },
  ) {
    this.#facts = facts;
    this.#state = state;
    this.#owner = owner;
    this.#host = host;
    const sourcing = this.#sourcingOf();
    const extraction = this.#extractionOf();
    const parsing = this.#parsingOf();
    const asyncEvents = this.#asyncEventsOf();
    if (sourcing !== undefined) this.sourcing = sourcing;
    if (extraction !== undefined) this.extraction = extraction;
    if (parsing !== undefined) this.parsing = parsing;
    if (asyncEvents !== undefined) this.asyncEvents = asyncEvents;
  }

  static async open(facts: LibraryFacts, config: unknown, host: PluginHost): Promise<Plugin> {
    const owner = await pluginOwner();
    // Nothing is sent before async events are started.
    let onAsyncEvent: AsyncEventSink['event'] = () => false;
    const address = owner.add({
      log: (level, message) => host.log(level, message),
      onAsyncEvent: (name, data, timeNs) => onAsyncEvent(name, data, timeNs),
    });
    const { plugin, functions } = facts;
    const options = {
      plugin,
      functions,
      owner: address,
      callbacks: owner.functions,
      config: configText(config, functions),
    };
    let state: PluginState | undefined;
    let opened: BinaryPlugin | undefined;
    try {
      state = await PluginState.init(options);
      const made = new BinaryPlugin(facts, state, { owner, host });
      opened = made;
      onAsyncEvent = (name, data, timeNs) => made.#sendAsync(name, data, timeNs);
      made.#checkSchemaVersion();
      if (made.#readsOtherSources()) made.#bystander = await PluginState.init(options);
      return made;
    } catch (error) {
      await state?.destroy();
      owner.remove(address);
      if (opened !== undefined) opened.#freeParts();
      throw error;
    }
  }

  #sourcingOf(): EventSourcing | undefined {
    const { sourcing, plugin, functions } = this.#facts;
    if (sourcing === undefined) return undefined;
    const { event_to_string: describe, list_open_params: suggest } = functions;
    const state = this.#state;
    const event = describe && new NativeEvent();
    if (event !== undefined) this.#parts.push(event);
    return {
      ...sourcing,
      open: async (params, sink) => {
        const source = await openSource(state, { plugin, id: sourcing.id }, { params, sink });
        return this.#counted(source);
      },
      ...(describe &&
        event && { describe: (seen) => describe(state.address, event.place(seen)) ?? '' }),
      ...(suggest && {
        suggestedParams: () => {
          const result = new NativeBlock(8);
          const text = suggest(state.address, result.address) ?? '';
          result.free();
          return text === '' ? [] : readSuggestedParams(plugin, text);
        },
      }),
    };
  }

  /** A source that does not close keeps the plugin: it may still be running. */
  #counted(source: OpenedSource): OpenedSource {
    this.#openSources++;
    return {
      close: async () => {
        await source.close();
        this.#openSources--;
      },
    };
  }

  #extractionOf(): FieldExtraction | undefined {
    const { fields, plugin, functions } = this.#facts;
    const { extract_fields: extract, get_extract_event_sources: ask } = functions;
    if (extract === undefined || fields.length === 0) return undefined;
    const extraction = new BinaryExtraction(extract, this.#state, (event) => this.#stateFor(event));
    this.#parts.push(extraction);
    return {
      sources: this.#sourcesOf(readNames(plugin, 'get_extract_event_sources', ask)),
      eventCodes: this.#state.eventCodes(functions.get_extract_event_types),
      fields: fields.map((field, id) => ({
        ...field,
        bind: (argument) => extraction.reader(id, field, argument),
      })),
    };
  }

  #parsingOf(): EventParsing | undefined {
    const { plugin, functions } = this.#facts;
    const { parse_event: parse, get_parse_event_sources: ask } = functions;
    if (parse === undefined) return undefined;
    const parsing = new BinaryParsing(parse, this.#state, (event) => this.#stateFor(event));
    this.#parts.push(parsing);
    return {
      sources: this.#sourcesOf(readNames(plugin, 'get_parse_event_sources', ask)),
      eventCodes: this.#state.eventCodes(functions.get_parse_event_types),
      parse: (event) => parsing.parse(event),
    };
  }

  #asyncEventsOf(): AsyncEvents | undefined {
    const { plugin, functions } = this.#facts;
    const { set_async_event_handler: setHandler, get_async_event_sources: ask } = functions;
    if (setHandler === undefined) return undefined;
    const { address, owner, callbacks } = this.#state;
    const names = readNames(plugin, 'get_async_events', functions.get_async_events);
    return {
      sources: this.#sourcesOf(readNames(plugin, 'get_async_event_sources', ask)),
      names,
      start: (sink) => {
        this.#asyncSink = sink;
        const code = setHandler(address, owner, callbacks.asyncEvent);
        if (code !== 0) throw new Error(this.#state.lastError());
      },
      stop: async () => {
        // The plugin waits for threads of its own here.
        await callAside(setHandler, address, owner, 0n);
        this.#asyncSink = undefined;
      },
    };
  }

  #sendAsync(name: string, data: Uint8Array, timeNs: bigint | undefined): boolean {
    return this.#asyncSink?.event(name, data, timeNs) ?? false;
  }

  /** One that names none, and has a source of its own, is for that one. */
  #sourcesOf(named: readonly string[]): readonly string[] {
    const own = this.#facts.sourcing?.source;
    return own === undefined ? named : [...new Set([...named, own])];
  }

  #stateFor(event: PluginEvent): PluginState {
    const own = this.#facts.sourcing?.source;
    return event.source === own ? this.#state : (this.#bystander ?? this.#state);
  }

  #readsOtherSources(): boolean {
    const own = this.#facts.sourcing?.source;
    if (own === undefined) return false;
    const read = [this.extraction, this.parsing].flatMap((each) => each?.sources ?? []);
    return read.some((source) => source !== own);
  }

  /** One that reads records of system calls must know their form. */
  #checkSchemaVersion(): void {
    const reads = [this.extraction, this.parsing].some(
      (each) => each !== undefined && readsSystemCalls(each),
    );
    if (!reads) return;
    const ask = this.#facts.functions.get_required_event_schema_version;
    // What plugins that do not say it were written to.
    const wanted = ask?.(this.#state.address) ?? '3.0.0';
    const version = parseVersion(wanted);
    const given = parseVersion(DRIVER_SCHEMA_VERSION);
    if (version !== undefined && given !== undefined && isCompatible(given, version)) return;
    const reason = `it reads events of system calls in version ${wanted} of their form`;
    const hint = `this Saker has ${DRIVER_SCHEMA_VERSION}`;
    throw new PluginError('api-version', this.#facts.plugin, `${reason}, ${hint}`);
  }

  metrics(): ReturnType<typeof readMetrics> {
    return readMetrics(this.#state);
  }

  async close(): Promise<void> {
    if (this.#openSources > 0) {
      // Its memory is still in use: it ends with the program.
      this.#host.log('warning', 'its source is still open, so it is left as it is');
      return;
    }
    await this.#bystander?.destroy();
    await this.#state.destroy();
    this.#owner.remove(this.#state.owner);
    this.#freeParts();
  }

  #freeParts(): void {
    for (const part of this.#parts) part.free();
  }
}

function readsSystemCalls({
  sources,
  eventCodes = [],
}: Pick<EventParsing, 'sources' | 'eventCodes'>): boolean {
  if (eventCodes.length > 0) return eventCodes.some((code) => code !== EventCode.PLUGIN);
  return sources.length === 0 || sources.includes(SYSCALL_SOURCE);
}

/** A library with a schema may take it for granted that there is JSON. */
function configText(config: unknown, { get_init_schema: schema }: PluginFunctions): string {
  if (typeof config === 'string') return config;
  if (config === undefined || config === null) return schema === undefined ? '' : '{}';
  return JSON.stringify(config);
}
