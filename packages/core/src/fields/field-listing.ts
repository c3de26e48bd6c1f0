/** The list of fields that `--list` prints, laid out as Falco's: as text, Markdown or JSON. */

import { paramTypeName } from '../events/param-type-name.ts';
import type { Field } from './field.ts';
import { type FieldClass, servesSource } from './field-classes.ts';

export type ListingFormat = 'text' | 'markdown' | 'json';

export interface ListingOptions {
  readonly format: ListingFormat;
  /** Event sources that are loaded, or the one that was asked for. */
  readonly sources: readonly string[];
  readonly namesOnly: boolean;
  /** Text only: every description begins with the field's type. */
  readonly verbose: boolean;
}

/** Column of the descriptions, and the width of lines. */
const RIGHT_BLOCK = 30;
const WIDTH = 120;

/** Ends with a newline; "" when nothing is to be listed. */
export function listFields(classes: readonly FieldClass[], options: ListingOptions): string {
  const listed = classes
    .filter((each) => each.hidden !== true && sourcesOf(each, options.sources).length > 0)
    .map(withListedFields)
    .filter((each) => each.fields.length > 0);
  if (options.namesOnly) return listNames(listed, options.format);
  if (options.format === 'json') return listAsJson(listed, options);
  const section = options.format === 'markdown' ? markdownSection : textSection;
  return listed.map((each) => `${section(each, options)}\n`).join('');
}

function withListedFields(each: FieldClass): FieldClass {
  return { ...each, fields: each.fields.filter(isListed) };
}

function isListed(field: Field): boolean {
  return field.printOnly !== true && field.hidden !== true && field.deprecated !== true;
}

/** Sorted, as they are printed. */
function sourcesOf(each: FieldClass, loaded: readonly string[]): readonly string[] {
  return loaded.filter((source) => servesSource(each, source)).sort();
}

function listNames(classes: readonly FieldClass[], format: ListingFormat): string {
  const names = classes.flatMap(({ fields }) => fields.map(({ name }) => name));
  if (names.length === 0) return '';
  if (format === 'json') return `${JSON.stringify({ fieldnames: names }, null, 2)}\n`;
  return `${names.join('\n')}\n`;
}

function textSection(each: FieldClass, options: ListingOptions): string {
  const qualifier = each.qualifier === '' ? '' : ` (${each.qualifier})`;
  const lines = [
    '-------------------------------',
    `${left('Field Class:')}${each.name}${qualifier}`,
  ];
  if (each.description !== '') lines.push(left('Description:') + wrapped(each.description));
  lines.push(`${left('Event Sources:')}${spaced(sourcesOf(each, options.sources))}`, '');
  for (const field of each.fields) {
    const name = field.name.length > RIGHT_BLOCK ? `${field.name}\n${left('')}` : left(field.name);
    lines.push(name + wrapped(textDescription(field, each, options.verbose)));
  }
  return `${lines.join('\n')}\n`;
}

function left(text: string): string {
  return text.padEnd(RIGHT_BLOCK);
}

/** Every word has a blank behind it, also the last one of a line. */
function spaced(words: readonly string[]): string {
  return words.map((word) => `${word} `).join('');
}

function wrapped(text: string): string {
  const lines: string[][] = [[]];
  let length = 0;
  for (const word of text.split(/\s+/).filter((each) => each !== '')) {
    length += word.length + 1;
    if (length > WIDTH - RIGHT_BLOCK) {
      lines.push([]);
      length = word.length + 1;
    }
    lines.at(-1)?.push(word);
  }
  return lines.map(spaced).join(`\n${left('')}`);
}

function textDescription(field: Field, each: FieldClass, verbose: boolean): string {
  const tags = tagsOf(field, each);
  const tagged = tags.length === 0 ? field.description : `(${tags.join(',')}) ${field.description}`;
  return verbose ? `(Type: ${paramTypeName(field.type)}) ${tagged}` : tagged;
}

/** In the order of the alphabet. */
function tagsOf(field: Field, each: FieldClass): readonly string[] {
  const tags: string[] = [];
  if (field.argument !== undefined) {
    tags.push(field.argument.required ? 'ARG_REQUIRED' : 'ARG_ALLOWED');
    for (const kind of argumentKinds(field, each)) tags.push(`ARG_${kind}`);
  }
  if (field.list === true) tags.push('EPF_IS_LIST');
  if (field.noRhs === true) tags.push('EPF_NO_RHS');
  if (field.noTransformer === true) tags.push('EPF_NO_TRANSFORMER');
  if (field.filterOnly === true) tags.push('FILTER_ONLY');
  return tags.sort();
}

function argumentKinds(field: Field, each: FieldClass): readonly string[] {
  if (each.listsArgumentKinds !== true) return [];
  const kinds = field.argument?.kind ?? [];
  const takes = (kind: 'index' | 'key') => kinds.includes(kind) || kinds.includes('either');
  return [...(takes('index') ? ['INDEX'] : []), ...(takes('key') ? ['KEY'] : [])];
}

function markdownSection(each: FieldClass, options: ListingOptions): string {
  const lines = [`## Field Class: ${each.name}`, ''];
  if (each.description !== '') lines.push(each.description, '');
  lines.push(`Event Sources: ${spaced(sourcesOf(each, options.sources))}`, '');
  lines.push('Name | Type | Description', ':----|:-----|:-----------');
  for (const field of each.fields) {
    const type =
      field.list === true ? `LIST(${paramTypeName(field.type)})` : paramTypeName(field.type);
    lines.push(`\`${field.name}\` | ${type} | ${field.description}`);
  }
  return `${lines.join('\n')}\n`;
}

/** Keys in the order of the alphabet. */
function listAsJson(classes: readonly FieldClass[], options: ListingOptions): string {
  if (classes.length === 0) return '';
  const fieldclasses = classes.map((each) => ({
    ...(each.description === '' ? {} : { desc: each.description }),
    event_sources: sourcesOf(each, options.sources),
    fields: each.fields.map((field) => ({
      argument:
        field.argument === undefined
          ? null
          : { required: field.argument.required, type: argumentKinds(field, each) },
      desc: field.description,
      is_list: field.list === true,
      name: field.name,
      type: paramTypeName(field.type),
    })),
    name: each.name,
  }));
  return `${JSON.stringify({ fieldclasses }, null, 2)}\n`;
}
