/** A merged configuration tree to the `Config` that the agent uses. */

import type { Diagnostic } from '@saker/core/base/diagnostic.ts';
import type { AppendOutput, ExtraOutputField } from '@saker/core/rules/append-output.ts';
import { PRIORITIES, type Priority } from '@saker/core/rules/rule.ts';
import type { RuleSelection } from '@saker/core/rules/selection.ts';
import { booleanOf } from '@saker/core/rules/yaml/yaml-node.ts';
import type { Config } from './config.ts';
import { RULE_MATCHINGS } from './config-keys.ts';
import { type ConfigNode, describeNode, type MapNode, nodeAt } from './config-node.ts';
import { ConfigProblems } from './config-problems.ts';
import { ConfigReader, elementsOf, fallbackList, textAt, textsOf } from './config-reader.ts';
import { readContainers } from './read-containers.ts';
import { readEngine, readLiveConfig } from './read-live-config.ts';
import { readOutputs } from './read-outputs.ts';
import { containerInit, readPlugins } from './read-plugins.ts';
import { readLog, readMetrics, readWebServer } from './read-services.ts';

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
    plugins: readPlugins(reader, root, problems),
    pluginsSeeHost: reader.boolean('plugins_hostinfo'),
    outputs: readOutputs(reader, problems),
    webServer: readWebServer(reader, problems),
    metrics: readMetrics(reader, problems),
    log: readLog(reader, problems),
    watchesFiles: reader.boolean('watch_config_files'),
    ...readLiveConfig(reader, problems),
    containers: readContainers(reader, containerInit(reader, root), problems),
  };
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
