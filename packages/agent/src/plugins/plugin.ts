/**
 * What a plugin is: the contract that modules of users are written to, and that the plugins which
 * come with Saker and Falco's binary ones are adapted to.
 */

/** What a module of a plugin exports under the name `plugin`. */
export interface PluginModule {
  readonly plugin: PluginFactory;
}

export interface PluginFactory {
  readonly name: string;
  /** major.minor.patch; what required_plugin_versions of rule files is compared with. */
  readonly version: string;
  readonly description: string;
  readonly contact: string;
  /** JSON schema of init_config, if it has one. */
  readonly configSchema?: Readonly<Record<string, unknown>>;
  /** `config`: init_config as JSON has it, or its text. A thrown Error refuses the configuration. */
  open(config: unknown, host: PluginHost): Plugin | Promise<Plugin>;
}

export interface PluginHost {
  log(level: 'error' | 'warning' | 'info' | 'debug', message: string): void;
}

/** One opened plugin with the capabilities that it has. */
export interface Plugin {
  readonly sourcing?: EventSourcing;
  readonly extraction?: FieldExtraction;
  readonly parsing?: EventParsing;
  readonly async?: AsyncEvents;
  /** Numbers for metrics, at the moment of the call. */
  metrics?(): Readonly<Record<string, number>>;
  close?(): void | Promise<void>;
}

/** Gives events of a source of its own. */
export interface EventSourcing {
  /** Name of the source, by which rules choose it: `k8s_audit`. */
  readonly source: string;
  /** Registered id of the plugin, 0 for none: it stands in captures. */
  readonly id: number;
  /** `params`: open_params. Rejects when they cannot be opened. */
  open(params: string, sink: EventSink): Promise<OpenedSource>;
  /** One line about an event: evt.plugininfo. */
  describe?(data: Uint8Array): string;
}

/** Where a source puts its events. */
export interface EventSink {
  /**
   * Takes a copy. `timeNs`: nanoseconds since the epoch, undefined for now. False: the queue is
   * full, the event is lost and counted unless the source gives it again.
   */
  event(data: Uint8Array, timeNs?: bigint): boolean;
  /** Resolves when there is room again. */
  room(): Promise<void>;
  /** No more events will come; `error` if that is because something failed. */
  end(error?: Error): void;
}

export interface OpenedSource {
  close(): void | Promise<void>;
}

/** One event as a plugin sees it. Valid during the call. */
export interface PluginEvent {
  readonly source: string;
  /** Nanoseconds since the epoch. */
  readonly timeNs: bigint;
  readonly num: number;
  readonly data: Uint8Array;
}

export type PluginValue = string | bigint | number | boolean;

export interface FieldExtraction {
  /** Sources whose events it reads; none: all. */
  readonly sources: readonly string[];
  readonly fields: readonly PluginField[];
}

export interface PluginField {
  readonly name: string;
  readonly type: 'string' | 'uint64' | 'bool' | 'reltime' | 'abstime' | 'ipaddr' | 'ipnet';
  readonly list?: boolean;
  readonly description: string;
  readonly display?: string;
  readonly argument?: {
    readonly index?: boolean;
    readonly key?: boolean;
    readonly required?: boolean;
  };
  /** Shown with alerts by `suggested_output`. */
  readonly suggested?: boolean;
  /** Called once per use of the field in a rule; what it returns is called per event. */
  bind(
    argument: string | undefined,
  ): (event: PluginEvent) => PluginValue | readonly PluginValue[] | undefined;
}

/** Sees events of sources before rules do. */
export interface EventParsing {
  readonly sources: readonly string[];
  parse(event: PluginEvent): void;
}

/** Injects events into a source beside its stream. */
export interface AsyncEvents {
  readonly sources: readonly string[];
  readonly names: readonly string[];
  start(sink: (name: string, data: Uint8Array) => void): void;
  stop(): void;
}
