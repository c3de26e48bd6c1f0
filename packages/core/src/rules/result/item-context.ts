/**
 * Where a problem is, as Falco tells it: a chain from the file down to the item, the key and the
 * place in a condition, and a line of text with a caret. Falco counts bytes; lines and columns of
 * files count from 0. The place in a condition is the sum of two places that do not belong
 * together, and so it is here, because people compare outputs.
 */

import { fromText, toText } from '../../base/byte-string.ts';
import type { ByteString } from '../../base/host.ts';
import type { Source, Span } from '../../base/source.ts';
import type { FalcoError } from '../../lang/falco-error.ts';

export type ItemType =
  | 'value for'
  | 'exceptions'
  | 'exception'
  | 'exception values'
  | 'exception value'
  | 'rules content'
  | 'rules content item'
  | 'required_engine_version'
  | 'required plugin versions'
  | 'required plugin versions entry'
  | 'required plugin versions alternative'
  | 'list'
  | 'list item'
  | 'macro'
  | 'macro condition'
  | 'rule'
  | 'rule condition'
  | 'condition expression'
  | 'rule output'
  | 'rule priority'
  | 'overrides';

export interface Location {
  readonly itemType: ItemType;
  /** The item's own name; empty where it has none. */
  readonly itemName: string;
  /** The file, or the beginning of a condition in quotes. */
  readonly name: string;
  readonly line: number;
  readonly column: number;
  readonly offset: number;
}

export type FalcoPosition = Pick<FalcoError, 'line' | 'column' | 'offset'>;

/** A condition's name in a location is its beginning, when it is longer than this. */
const CONDITION_NAME_BYTES = 20;
/** Falco's snippets show up to half of this on each side of the place. */
const SNIPPET_BYTES = 160;

interface Expression {
  readonly text: string;
  readonly position: FalcoPosition;
}

export class ItemContext {
  readonly source: Source;
  /** Where it stands in the file; UTF-16 offsets. */
  readonly span: Span;
  readonly #itemType: ItemType;
  readonly #itemName: string;
  readonly #parent: ItemContext | undefined;
  readonly #expression: Expression | undefined;

  private constructor(fields: {
    source: Source;
    span: Span;
    itemType: ItemType;
    itemName: string;
    parent?: ItemContext;
    expression?: Expression;
  }) {
    this.source = fields.source;
    this.span = fields.span;
    this.#itemType = fields.itemType;
    this.#itemName = fields.itemName;
    this.#parent = fields.parent;
    this.#expression = fields.expression;
  }

  static ofFile(source: Source): ItemContext {
    const span = { start: 0, end: 0 };
    return new ItemContext({ source, span, itemType: 'rules content', itemName: '' });
  }

  child(itemType: ItemType, span: Span, itemName = ''): ItemContext {
    return new ItemContext({ source: this.source, span, itemType, itemName, parent: this });
  }

  /** The place `position` in the condition `text`, which belongs to this item. */
  inExpression(text: string, position: FalcoPosition): ItemContext {
    return new ItemContext({
      source: this.source,
      span: this.span,
      itemType: 'condition expression',
      itemName: '',
      parent: this,
      expression: { text, position },
    });
  }

  /** From the file to the item itself. */
  locations(): Location[] {
    const before = this.#parent?.locations() ?? [];
    return [...before, this.#location(before.at(-1))];
  }

  #location(parent: Location | undefined): Location {
    const kind = { itemType: this.#itemType, itemName: this.#itemName };
    if (this.#expression === undefined || parent === undefined) {
      return { ...kind, name: this.source.name, ...bytePosition(this.source, this.span.start) };
    }
    const { text, position } = this.#expression;
    return {
      ...kind,
      name: expressionName(text),
      line: parent.line + position.line,
      column: parent.column + position.column,
      offset: parent.offset + position.offset,
    };
  }

  /** One line and a caret under the place, each with a line break. */
  snippet(): string {
    const place = this.locations().at(-1);
    const text = this.#expression?.text ?? this.source.text;
    if (place === undefined || text === '') return '<No context available>\n';
    return toText(snippetOf(fromText(text), place.offset));
  }
}

/**
 * 0-based line, column and offset in bytes. An offset behind the end is the start of a line that is
 * not there.
 */
function bytePosition(source: Source, at: number): Pick<Location, 'line' | 'column' | 'offset'> {
  const before = source.text.slice(0, at);
  const offset = fromText(before).length;
  const line = source.position(Math.min(at, source.text.length)).line - 1;
  if (at > source.text.length) return { line, column: 0, offset };
  const lineStart = before.lastIndexOf('\n') + 1;
  return { line, column: fromText(before.slice(lineStart)).length, offset };
}

function expressionName(text: string): string {
  const bytes = fromText(text);
  const short =
    bytes.length > CONDITION_NAME_BYTES ? `${bytes.slice(0, CONDITION_NAME_BYTES - 3)}...` : bytes;
  return `"${toText(short).replace(/[\n\r]/g, ' ')}"`;
}

function snippetOf(text: ByteString, offset: number): ByteString {
  const reach = SNIPPET_BYTES / 2;
  let at = offset;
  while (at > 0 && (at >= text.length || text[at] === '\n')) at--;
  let from = at;
  while (from > 0 && text[from] !== '\n' && at - from < reach) from--;
  let to = at;
  while (to < text.length - 1 && text[to] !== '\n' && to - at < reach) to++;
  if (text[from] === '\n') from++;
  if (text[to] === '\n') to--;
  let line = text.slice(from, to + 1);
  if (line === '') return '<No context available>\n';
  if (at - from >= reach) line = `...${line.slice(3)}`;
  if (to - at >= reach) line = `${line.slice(0, -3)}...`;
  const caret = at - from <= line.length ? `${' '.repeat(Math.max(0, at - from))}^\n` : '';
  return `${line}\n${caret}`;
}
