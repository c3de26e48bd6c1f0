/** A plugin that cannot be used: whoever wrote the configuration or the plugin is told why. */

export type PluginProblem =
  /** There is no such library, module or plugin. */
  | 'missing'
  /** It is there and cannot be read, run or linked. */
  | 'unloadable'
  /** It is written to another version of the interface. */
  | 'api-version'
  /** It has not what a plugin must have. */
  | 'shape'
  /** It wants what Saker does not give. */
  | 'unsupported'
  /** init_config does not fit, or the plugin refuses it. */
  | 'config'
  /** Something of another plugin, or of Saker itself, has the same name. */
  | 'duplicate'
  /** Its source cannot be opened, or failed. */
  | 'source'
  /** It was waited for, for as long as plugins are. */
  | 'late';

export class PluginError extends Error {
  override readonly name = 'PluginError';
  readonly code: PluginProblem;
  /** As the configuration calls it. */
  readonly plugin: string;
  /** What was found wrong, and what to do, without the plugin's name. */
  readonly reason: string;

  constructor(code: PluginProblem, plugin: string, reason: string, options?: ErrorOptions) {
    super(`plugin ${plugin}: ${reason}`, options);
    this.code = code;
    this.plugin = plugin;
    this.reason = reason;
  }
}

/** Something that the configuration names cannot be used, whoever else does what. */
export function isConfigError(error: unknown): boolean {
  return error instanceof PluginError && error.code === 'config';
}

/** What somebody else's code threw, for the end of a sentence. */
export function thrownText(thrown: unknown): string {
  if (thrown instanceof PluginError) return thrown.reason;
  if (thrown instanceof Error) return thrown.message === '' ? thrown.name : thrown.message;
  return String(thrown);
}
