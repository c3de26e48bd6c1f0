/**
 * What a plugin is: the contract that modules of users are written to, and that the plugins which
 * come with Saker and Falco's binary ones are adapted to. docs/plugins.md explains it by an
 * example.
 *
 * A module exports a `plugin`, its factory. The factory opens a plugin from the configuration's
 * init_config; a plugin has one or more capabilities: it gives events of a source of its own, reads
 * fields out of events, looks at events before rules do, or tells of something beside a source's
 * stream. All of it runs on the thread that evaluates rules: whatever waits must be asynchronous,
 * whatever computes for long belongs on a thread of the plugin's own.
 */

import type { FieldClass } from '@saker/core/fields/field-classes.ts';

/** The version of this contract; a module names the one that it was written to. */
export const PLUGIN_API = 1;

/** What a module of a plugin exports under the name `plugin`. */
export interface PluginModule {
  readonly plugin: PluginFactory;
}

export interface PluginFactory {
  /** `PLUGIN_API` of the contract that the plugin is written to. */
  readonly api: number;
  /** Letters, digits, `_` and `-`; unique among the loaded plugins. */
  readonly name: string;
  /** major.minor.patch; what required_plugin_versions of rule files is compared with. */
  readonly version: string;
  readonly description: string;
  /** Where to ask: an address or a URL. */
  readonly contact: string;
  /**
   * JSON schema of init_config, if it has one. `open` is then given only what fits it; keys that it
   * does not know are told to the user.
   */
  readonly configSchema?: Readonly<Record<string, unknown>>;
  /**
   * `config`: init_config as JSON has it, or its text; undefined when there is none. What is thrown
   * refuses the configuration, and its message is told to the user. Nothing is to be started here:
   * plugins are opened to list their fields, too.
   */
  open(config: unknown, host: PluginHost): Plugin | Promise<Plugin>;
}

export interface PluginHost {
  /** Goes to Saker's log, behind the plugin's name. */
  log(level: 'error' | 'warning' | 'info' | 'debug', message: string): void;
}

/** One opened plugin with the capabilities that it has: at least one. */
export interface Plugin {
  readonly sourcing?: EventSourcing;
  readonly extraction?: FieldExtraction;
  readonly parsing?: EventParsing;
  readonly asyncEvents?: AsyncEvents;
  /** As they are at the moment of the call. */
  metrics?(): readonly PluginMetric[];
  /** After its source was closed and async events were stopped. Nothing is called afterwards. */
  close?(): void | Promise<void>;
}

export interface PluginMetric {
  readonly name: string;
  readonly value: number | bigint;
  /** A counter never becomes less, a gauge does. */
  readonly kind: 'counter' | 'gauge';
}

/** Gives events of a source of its own. */
export interface EventSourcing {
  /** Name of the source, by which rules choose it: `k8s_audit`. */
  readonly source: string;
  /**
   * The id that Falco's registry of plugins gives to the source, above 0: it stands in captures.
   * 999 is the one for what is not registered.
   */
  readonly id: number;
  /** What `open` may be given, for --plugin-info. */
  suggestedParams?(): readonly SuggestedParams[];
  /**
   * `params`: open_params of the configuration, "" when there are none. Rejects when they cannot be
   * opened. May be called again once what it gave was closed.
   */
  open(params: string, sink: EventSink): Promise<OpenedSource>;
  /**
   * Asked by a reload of a source that is open and whose parameters stay: whether what `open` read
   * beside them, such as a certificate, is other than it was. Then the source is opened anew. What
   * it throws refuses the reload, with its message, and the source goes on as it is.
   */
  hasChanged?(): boolean;
  /** One line about an event of its own: evt.plugininfo. "": its first bytes are shown. */
  describe?(event: PluginEvent): string;
}

export interface SuggestedParams {
  readonly value: string;
  readonly description?: string;
}

/** Where a source puts its events. */
export interface EventSink {
  /**
   * Takes a copy. `timeNs`: nanoseconds since the epoch, undefined for now. False: there is no
   * room, and the event is lost and counted. A source that can hold back awaits `room()` first and
   * loses nothing.
   */
  event(data: Uint8Array, timeNs?: bigint): boolean;
  /** Resolves when there is room for an event, at once if there is; also when the source closes. */
  room(): Promise<void>;
  /**
   * Resolves when rules have seen every event that was given so far: for sources that acknowledge.
   * Also when the source closes.
   */
  handled(): Promise<void>;
  /** No more events will come; `error` if that is because something failed. */
  end(error?: Error): void;
}

export interface OpenedSource {
  /** No event is taken any more. Resolves when everything that it had open is closed. */
  close(): void | Promise<void>;
}

/** Codes of events in captures that plugins meet; docs/formats/event.md has the others. */
export const EventCode = { PLUGIN: 322, ASYNC: 402 } as const;

/** One event as a plugin sees it. It and its bytes are valid during the call. */
export interface PluginEvent {
  /** `syscall`, or the name of a plugin's source. */
  readonly source: string;
  /** One of `EventCode`, or that of a system call. */
  readonly code: number;
  /** Nanoseconds since the epoch. */
  readonly timeNs: bigint;
  /** Number of the event in its source, from 1: `evt.num`. */
  readonly num: number;
  /** What the source or the sender of an async event gave; empty for system calls. */
  readonly data: Uint8Array;
  /** The whole event as captures have it. */
  readonly record: Uint8Array;
}

/**
 * What an event's field can be. A `string` may be given as text or as its bytes; `uint64`,
 * `reltime` and `abstime` (nanoseconds) as a bigint, or as a number where it is exact; `ipaddr` and
 * `ipnet` as text or as 4 or 16 bytes.
 */
export type PluginValue = string | Uint8Array | bigint | number | boolean;

export type PluginFieldType =
  | 'string'
  | 'uint64'
  | 'bool'
  | 'reltime'
  | 'abstime'
  | 'ipaddr'
  | 'ipnet';

interface ExtractedEvents {
  /** Sources whose events it reads, `syscall` among them; none: all. */
  readonly sources: readonly string[];
  /**
   * Codes of the events that it reads. Undefined: all where system calls are among its sources,
   * else those of plugins.
   */
  readonly eventCodes?: readonly number[];
}

/** Reads fields out of events. */
export type FieldExtraction = ExtractedEvents &
  (
    | { readonly fields: readonly PluginField[] }
    /** Fields of the engine's own kind, for plugins that come with it; `source` is set for them. */
    | { readonly classes: readonly FieldClass[] }
  );

export interface PluginField {
  /** Words with dots between: `nginx.status`. */
  readonly name: string;
  readonly type: PluginFieldType;
  /** The value is a list: every element counts in comparisons. */
  readonly list?: boolean;
  readonly description: string;
  /** What stands in brackets behind the name: a whole number, or any text. */
  readonly argument?: {
    readonly index?: boolean;
    readonly key?: boolean;
    readonly required?: boolean;
  };
  /** Shown with alerts by `append_output[].suggested_output`. */
  readonly suggested?: boolean;
  /** Usable but not listed. */
  readonly hidden?: boolean;
  /**
   * Called once for every use of the field in rules; what it returns is called for events, at most
   * once for each. What is thrown refuses the argument, with its message.
   */
  bind(argument: string | undefined): FieldReader;
}

/**
 * Undefined, or an empty list: the event does not have the field. What it throws counts as that,
 * and is logged once.
 */
export type FieldReader = (event: PluginEvent) => PluginValue | readonly PluginValue[] | undefined;

/** Sees events of sources before rules do. */
export interface EventParsing extends ExtractedEvents {
  parse(event: PluginEvent): void;
}

/** Injects events into sources, beside their streams. */
export interface AsyncEvents {
  /** Sources that its events may go into, `syscall` among them; none: all. */
  readonly sources: readonly string[];
  /** Names of its events: what evt.asynctype shows. */
  readonly names: readonly string[];
  start(sink: AsyncEventSink): void;
  stop(): void | Promise<void>;
}

export interface AsyncEventSink {
  /**
   * Takes a copy, and puts it into every source of `sources` that is open. False: at least one of
   * them has no room, and the event is lost there and counted.
   */
  event(name: string, data: Uint8Array, timeNs?: bigint): boolean;
}
