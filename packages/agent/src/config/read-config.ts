/** A merged configuration tree to the `Config` that the agent uses. */

import type { Diagnostic } from '@saker/core/base/diagnostic.ts';
import type { AppendOutput, ExtraOutputField } from '@saker/core/rules/append-output.ts';
import { PRIORITIES, type Priority } from '@saker/core/rules/rule.ts';
import type { RuleSelection } from '@saker/core/rules/selection.ts';
import { booleanOf } from '@saker/core/rules/yaml/yaml-node.ts';
import type { Config, PluginConfig } from './config.ts';
import { RULE_MATCHINGS } from './config-keys.ts';
import { type ConfigNode, describeNode, type MapNode, nodeAt } from './config-node.ts';
import { ConfigProblems } from './config-problems.ts';
import { ConfigReader, elementsOf, fallbackList, textAt, textsOf } from './config-reader.ts';
import { LOG_LEVELS } from './log-level.ts';
import { readContainers } from './read-containers.ts';
import { readEngine, readLiveConfig } from './read-live-config.ts';

export interface ReadConfig {
  readonly config: Config;
  /**
   * Errors: what cannot be replaced by a default without doing something else than was asked for.
   * Warnings: what is done in another way.
   */
  readonly diagnostics: readonly Diagnostic[];
}

export function readConfig(root: MapNode): ReadConfig {
  const reader = new ConfigReader(root);
  const problems = new ConfigProblems(reader);
  const file = reader.text('file_output.filename');
  const config: Config = {
    engine: readEngine(reader, problems),
    rulesFiles: rulesFiles(reader, problems),
    ruleSelections: (reader.list('rules') ?? []).flatMap((node) => ruleSelection(node, problems)),
    minimumPriority: priority(problems),
    ruleMatching: problems.choice('rule_matching', RULE_MATCHINGS),
    lines: {
      json: reader.boolean('json_output'),
      includeOutput: reader.boolean('json_include_output_property'),
      includeMessage: reader.boolean('json_include_message_property'),
      includeOutputFields: reader.boolean('json_include_output_fields_property'),
      includeTags: reader.boolean('json_include_tags_property'),
    },
    iso8601: reader.boolean('time_format_iso_8601'),
    bufferBase64: reader.boolean('buffer_format_base64'),
    appendOutput: listOrFallback(reader, root, 'append_output').map(appendOutput),
    staticFields: textMap(reader.node('static_fields')),
    plugins: plugins(reader, root, problems),
    outputs: {
      stdout: reader.boolean('stdout_output.enabled'),
      file: reader.boolean('file_output.enabled')
        ? { path: file, keepAlive: reader.boolean('file_output.keep_alive') }
        : undefined,
      buffered: reader.boolean('buffered_outputs'),
    },
    log: {
      level: problems.choice('log_level', LOG_LEVELS),
      stderr: reader.boolean('log_stderr'),
    },
    ...readLiveConfig(reader, problems),
    containers: readContainers(reader, containerInit(reader, root), problems),
  };
  if (config.outputs.file?.path === '') {
    problems.at('file_output', 'file_output is enabled without a filename');
  }
  if (config.engine.kind === 'replay' && config.engine.captureFile === '') {
    const hint = 'set engine.replay.capture_file';
    problems.at('engine.kind', 'engine.kind is replay, but no capture file is given', hint);
  }
  return { config, diagnostics: problems.found };
}

function listOrFallback(reader: ConfigReader, root: MapNode, key: string): readonly ConfigNode[] {
  const fallback = fallbackList(key, root.place);
  return reader.list(key) ?? (fallback === undefined ? [] : elementsOf(fallback));
}

function rulesFiles(reader: ConfigReader, problems: ConfigProblems): string[] | undefined {
  const newName = reader.list('rules_files');
  const oldName = reader.list('rules_file');
  if (newName !== undefined && oldName !== undefined) {
    problems.at('rules_file', 'both rules_files and rules_file are set', 'use rules_files only');
  }
  return (newName ?? oldName)?.flatMap((node) => (node.kind === 'scalar' ? [node.text] : []));
}

function ruleSelection(node: ConfigNode, problems: ConfigProblems): RuleSelection[] {
  const enabled = nodeAt(node, ['enable']);
  const chosen = enabled ?? nodeAt(node, ['disable']);
  const rule = chosen && textAt(chosen, 'rule');
  const tag = chosen && textAt(chosen, 'tag');
  if (rule === undefined && tag === undefined) {
    const example = 'enable: {rule: NAME} or disable: {tag: NAME}';
    problems.node(node, `an entry of rules is ${example}, found ${describeNode(node)}`);
    return [];
  }
  const enable = enabled !== undefined;
  const byRule = rule === undefined ? [] : [{ enable, by: { rule } }];
  return [...byRule, ...(tag === undefined ? [] : [{ enable, by: { tag } }])];
}

/** Info and Informational are one. */
function priority(problems: ConfigProblems): Priority {
  const names = [...PRIORITIES.map((name) => name.toLowerCase()), 'info'];
  const found = names.indexOf(problems.choice('priority', names));
  return (found < PRIORITIES.length ? found : PRIORITIES.indexOf('Informational')) as Priority;
}

function appendOutput(node: ConfigNode): AppendOutput {
  return {
    source: textAt(node, 'match', 'source'),
    tags: textsOf(nodeAt(node, ['match', 'tags'])),
    rule: textAt(node, 'match', 'rule'),
    extraOutput: textAt(node, 'extra_output'),
    suggestedOutput: booleanOf(textAt(node, 'suggested_output') ?? '') ?? false,
    extraFields: elementsOf(nodeAt(node, ['extra_fields']) ?? node).flatMap(extraField),
  };
}

/** A field, or a map from keys to templates. */
function extraField(node: ConfigNode): ExtraOutputField[] {
  if (node.kind === 'scalar') return [{ key: node.text }];
  return [...textMap(node)].map(([key, template]) => ({ key, template }));
}

function textMap(node: ConfigNode | undefined): Map<string, string> {
  const entries = node?.kind === 'map' ? [...node.entries] : [];
  return new Map(
    entries.flatMap(([key, { value }]) => (value.kind === 'scalar' ? [[key, value.text]] : [])),
  );
}

/** Of `plugins` those that load_plugins names, in its order. */
function plugins(reader: ConfigReader, root: MapNode, problems: ConfigProblems): PluginConfig[] {
  const known = listOrFallback(reader, root, 'plugins').map((node) => ({
    name: textAt(node, 'name') ?? '',
    libraryPath: textAt(node, 'library_path') ?? '',
  }));
  return (reader.list('load_plugins') ?? []).flatMap((node) => {
    const name = node.kind === 'scalar' ? node.text : '';
    const plugin = known.find((one) => one.name === name);
    if (plugin === undefined) {
      const message = `cannot load plugin "${name}": plugins has no entry of that name`;
      problems.node(node, message, `it has ${known.map((one) => one.name).join(', ')}`);
    }
    return plugin ?? [];
  });
}

/** What the container plugin is given: it counts whether or not the plugin is loaded. */
function containerInit(reader: ConfigReader, root: MapNode): ConfigNode | undefined {
  const entries = listOrFallback(reader, root, 'plugins');
  const entry = entries.find((node) => textAt(node, 'name') === 'container');
  return entry && nodeAt(entry, ['init_config']);
}
