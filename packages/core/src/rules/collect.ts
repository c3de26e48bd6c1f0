/** One file into the collection: its items in order, each by its kind. */

import { Source } from '../base/source.ts';
import { suggest } from '../base/suggest.ts';
import { ItemReader } from './item-reader.ts';
import { readList } from './list.ts';
import { readMacro } from './macro.ts';
import { readEngineVersion, readPluginVersions } from './requirements.ts';
import type { FileReport } from './result/file-report.ts';
import { ItemContext } from './result/item-context.ts';
import { schemaStatus } from './result/rule-schema.ts';
import { readRule } from './rule-item.ts';
import type { RuleMerger } from './rule-merger.ts';
import { readYaml } from './yaml/read-yaml.ts';
import { valueOf, type YamlMap, type YamlNode } from './yaml/yaml-node.ts';

const KINDS = [
  'required_engine_version',
  'required_plugin_versions',
  'list',
  'macro',
  'rule',
] as const;

export interface RulesFile {
  /** As given by the user: it stands in messages. */
  readonly name: string;
  readonly text: string;
}

/**
 * Adds what the file says. After an error in an item the next ones are still read; Falco's part of
 * the report ends there.
 */
export function collectFile(file: RulesFile, merger: RuleMerger, report: FileReport): void {
  const text = file.text.startsWith('\ufeff') ? file.text.slice(1) : file.text;
  const source = new Source(file.name, text);
  const context = ItemContext.ofFile(source);
  const { documents, error } = readYaml(text);
  if (error !== undefined) {
    const start = Math.min(error.offset, text.length);
    const { line, column } = source.position(start);
    const at = { start: error.offset, end: error.offset + 1 };
    const message = `yaml-cpp: error at line ${line}, column ${column}: ${error.message}`;
    report.error('LOAD_ERR_YAML_PARSE', message, context.child('value for', at), {
      message: `this is not YAML: ${error.message}`,
      span: { start, end: start + 1 },
    });
    return;
  }
  report.schemaStatus = documents.flatMap((document) => schemaStatus(document));
  for (const document of documents) collectDocument(document, context, merger, report);
}

function collectDocument(
  document: YamlNode,
  file: ItemContext,
  merger: RuleMerger,
  report: FileReport,
): void {
  if (document.kind === 'null') return;
  if (document.kind !== 'sequence') {
    const is =
      document.kind === 'map'
        ? 'Rules content is not yaml array of objects'
        : 'Rules content is not yaml';
    report.error('LOAD_ERR_YAML_VALIDATE', is, file, {
      message: 'a rules file is a sequence of items, each beginning with "- "',
      span: { start: document.start, end: document.start + 1 },
    });
    return;
  }
  for (const item of document.items) {
    if (item.kind === 'map') {
      collectItem(item, file, merger, report);
    } else if (item.kind !== 'null') {
      const context = file.child('rules content item', item);
      const message = 'Unexpected element type. Each element should be a yaml associative array.';
      report.error('LOAD_ERR_YAML_VALIDATE', message, context);
    }
  }
}

function collectItem(
  map: YamlMap,
  file: ItemContext,
  merger: RuleMerger,
  report: FileReport,
): void {
  const { collection } = merger;
  const kind = KINDS.find((key) => valueOf(map, key) !== undefined);
  if (kind === undefined) return warnUnknownItem(map, file, report);
  if (kind === 'required_engine_version') {
    return readEngineVersion(map, file, collection, report);
  }
  if (kind === 'required_plugin_versions') {
    return readPluginVersions(map, file, collection, report);
  }
  const named = ItemReader.named(kind, map, file, report);
  if (named === undefined) return;
  const { name, item } = named;
  if (kind === 'list') readList(name, item, collection);
  else if (kind === 'macro') readMacro(name, item, collection);
  else readRule(name, item, merger);
}

function warnUnknownItem(map: YamlMap, file: ItemContext, report: FileReport): void {
  const first = map.entries[0]?.key;
  const name = first?.kind === 'scalar' ? first.text : '';
  const meant = suggest(name, KINDS);
  report.warning(
    'LOAD_UNKNOWN_ITEM',
    'Unknown top level item',
    file.child('rules content item', map),
    {
      message: `this item is none of ${KINDS.join(', ')} and is ignored`,
      ...(first && { span: first }),
      ...(meant !== undefined && { hint: `did you mean "${meant}"?` }),
    },
  );
}
