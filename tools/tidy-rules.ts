/** What tools/tidy.test.ts holds, as data. Every exception carries its reason. */

/**
 * Layers of packages/core, lowest first: a file imports from its own folder and from the folders
 * listed. Subfolders belong to their layer.
 */
export const coreLayers: Readonly<Record<string, readonly string[]>> = {
  base: [],
  events: ['base'],
  scap: ['base', 'events'],
  state: ['base', 'events'],
  fields: ['base', 'events', 'state'],
  lang: ['base'],
  rules: ['base', 'lang'],
  json: ['base', 'events', 'state', 'fields'],
  'k8s-audit': ['base', 'events', 'state', 'fields', 'json'],
  engine: ['base', 'events', 'scap', 'state', 'fields', 'lang', 'rules'],
};

/** Only app wires the agent's parts; `main.ts` starts app. */
export const agentLayers: Readonly<Record<string, readonly string[]>> = {
  config: [],
  host: ['config'],
  outputs: ['config', 'host'],
  sources: ['config', 'host'],
  enrich: ['config', 'host'],
  capture: ['config', 'host'],
  metrics: ['config', 'host'],
  http: ['config', 'host', 'metrics'],
  plugins: ['config', 'host', 'http'],
  app: ['config', 'host', 'outputs', 'sources', 'enrich', 'capture', 'metrics', 'http', 'plugins'],
};

interface PackageRule {
  readonly folders: Readonly<Record<string, readonly string[]>> | undefined;
  /** Other packages of the product. */
  readonly packages: readonly string[];
  /** Packages of others; `node:` stands for all of Node's. */
  readonly external: readonly string[];
}

export const packageRules: Readonly<Record<string, PackageRule>> = {
  core: { folders: coreLayers, packages: [], external: ['re2js'] },
  sensor: { folders: undefined, packages: ['core'], external: ['node:', 'koffi'] },
  agent: {
    folders: agentLayers,
    packages: ['core', 'sensor'],
    external: ['node:', 'koffi', '@grpc/grpc-js', '@bufbuild/protobuf/wire'],
  },
  cli: { folders: undefined, packages: ['core', 'sensor', 'agent'], external: ['node:'] },
};

/** What tests may import beside the code that they test. */
export const testExternal: readonly string[] = [
  'node:',
  'fast-check',
  'yaml',
  '@grpc/grpc-js',
  '@grpc/proto-loader',
];

/**
 * Files on the path of every event. Each says "Hot" in its opening comment and names the benchmark
 * that would notice a loss. What STYLE.md asks of hot files, it asks of these.
 */
export const hotFiles: readonly { readonly file: string; readonly benchmark: string }[] = [
  { file: 'packages/agent/src/app/detection.ts', benchmark: 'replay' },
  { file: 'packages/agent/src/app/live/live-detection.ts', benchmark: 'live' },
  { file: 'packages/core/src/base/text-table.ts', benchmark: 'state' },
  { file: 'packages/core/src/engine/fast/fast-evaluator.ts', benchmark: 'rules' },
  { file: 'packages/core/src/engine/fast/gate.ts', benchmark: 'rules' },
  { file: 'packages/core/src/engine/has-result.ts', benchmark: 'rules' },
  { file: 'packages/core/src/engine/fast/verdict-cache.ts', benchmark: 'rules' },
  { file: 'packages/core/src/events/event-view.ts', benchmark: 'decode' },
  { file: 'packages/core/src/events/last-record.ts', benchmark: 'live' },
  { file: 'packages/core/src/scap/scap-reader.ts', benchmark: 'decode' },
  { file: 'packages/core/src/state/directories.ts', benchmark: 'state' },
  { file: 'packages/core/src/state/event-traits.ts', benchmark: 'state' },
  { file: 'packages/core/src/state/fd-info.ts', benchmark: 'state' },
  { file: 'packages/core/src/state/fd-table.ts', benchmark: 'state' },
  { file: 'packages/core/src/state/params.ts', benchmark: 'state' },
  { file: 'packages/core/src/state/paths.ts', benchmark: 'state' },
  { file: 'packages/core/src/state/reducers/close.ts', benchmark: 'state' },
  { file: 'packages/core/src/state/reducers/dup.ts', benchmark: 'state' },
  { file: 'packages/core/src/state/reducers/open.ts', benchmark: 'state' },
  { file: 'packages/core/src/state/reducers/reducers.ts', benchmark: 'state' },
  { file: 'packages/core/src/state/reducers/send-receive.ts', benchmark: 'state' },
  { file: 'packages/core/src/state/socket-tuple.ts', benchmark: 'state' },
  { file: 'packages/core/src/state/system-state.ts', benchmark: 'state' },
  { file: 'packages/core/src/state/thread-table.ts', benchmark: 'state' },
  { file: 'packages/agent/src/sources/live/live-events.ts', benchmark: 'live' },
  { file: 'packages/sensor/src/ring-buffer.ts', benchmark: 'live' },
];

export const LINE_COLUMNS_MAX = 100;
export const README_LINES_MAX = 70;

/** Names that say nothing, and marks that say "not finished". */
export const bannedWords: readonly { readonly pattern: RegExp; readonly instead: string }[] = [
  {
    pattern: /\b\w*(?:Manager|Helpers?|Utils?|Impl)\b/,
    instead: 'name what it is or does',
  },
  { pattern: /\b(?:TODO|FIXME|XXX|HACK)\b/, instead: 'finish it' },
];

/** Words about how and where the product is made, which mean nothing to its readers. */
export const bannedProse: readonly RegExp[] = [
  /(?<![\w.])\/work\//,
  /\/tmp\/brief/,
  /\bissues? (?:show|#?\d+)\b/i,
];

/** Lines longer than the limit, by file, with the reason. */
export const longLinesAllowed: Readonly<Record<string, string>> = {};

/** Lint rules that hold sizes and habits: switching one off takes a change here too. */
export const lintRulesHeld: Readonly<Record<string, unknown>> = {
  'max-depth': ['error', 3],
  'max-lines': ['error', { max: 600 }],
  'max-lines-per-function': ['error', { max: 70 }],
  'max-params': ['error', { max: 4 }],
  'import/no-cycle': 'error',
  'import/no-default-export': 'error',
  'typescript/no-explicit-any': 'error',
  'typescript/no-floating-promises': 'error',
  'typescript/no-non-null-assertion': 'error',
};
