/** Tokens to documents. Recursive descent over the scanner's tokens; depth is limited. */

import { YamlSyntaxError } from './cursor.ts';
import { readDirectives } from './directives.ts';
import { Scanner } from './scanner.ts';
import type { Token, TokenKind } from './token.ts';
import type { YamlEntry, YamlMap, YamlNode, YamlNull, YamlSequence } from './yaml-node.ts';

/** Nested collections; yaml-cpp's limit. Rule files need six. */
const DEPTH_MAX = 500;

export interface YamlProblem {
  readonly offset: number;
  readonly message: string;
}

export interface YamlStream {
  /** Of each document its content. After an error: none. */
  readonly documents: readonly YamlNode[];
  readonly error: YamlProblem | undefined;
}

/** Every document of `text`. A byte order mark must have been removed. */
export function readYaml(text: string): YamlStream {
  const reader = new DocumentReader(new Scanner(text));
  const documents: YamlNode[] = [];
  try {
    for (let document = reader.next(); document !== undefined; document = reader.next()) {
      documents.push(document);
    }
    return { documents, error: undefined };
  } catch (error) {
    if (!(error instanceof YamlSyntaxError)) throw error;
    return { documents: [], error: { offset: error.offset, message: error.message } };
  }
}

class DocumentReader {
  readonly #scanner: Scanner;
  /** Finished nodes only: an alias inside the node that it names is an error, not a cycle. */
  #anchors = new Map<string, YamlNode>();
  #depth = 0;

  constructor(scanner: Scanner) {
    this.#scanner = scanner;
  }

  next(): YamlNode | undefined {
    readDirectives(this.#scanner);
    const first = this.#scanner.peek();
    if (first === undefined) return undefined;
    this.#anchors = new Map();
    if (first.kind === 'document-start') this.#scanner.pop();
    const node = this.#node(false);
    while (this.#scanner.peek()?.kind === 'document-end') this.#scanner.pop();
    const next = this.#scanner.peek();
    if (next === first) {
      throw new YamlSyntaxError(next.start, 'unexpected token after end of document');
    }
    return node;
  }

  #node(inFlowSequence: boolean): YamlNode {
    this.#depth++;
    if (this.#depth >= DEPTH_MAX) throw new YamlSyntaxError(this.#scanner.offset, 'bad file');
    const node = this.#anyNode(inFlowSequence);
    this.#depth--;
    return node;
  }

  #anyNode(inFlowSequence: boolean): YamlNode {
    const first = this.#scanner.peek();
    if (first === undefined) return nullAt(this.#scanner.offset);
    if (first.kind === 'value') return this.#pairWithoutKey(first);
    if (first.kind === 'alias') return this.#alias(first);
    let anchor: Token | undefined;
    let tag: Token | undefined;
    for (let token = this.#scanner.peek(); ; token = this.#scanner.peek()) {
      if (token?.kind === 'anchor') {
        if (anchor) throw tooMany(token, 'anchors');
        anchor = token;
      } else if (token?.kind === 'tag') {
        if (tag) throw tooMany(token, 'tags');
        tag = token;
      } else break;
      this.#scanner.pop();
    }
    const node = this.#content(first.start, tag !== undefined, inFlowSequence);
    if (anchor !== undefined) this.#anchors.set(anchor.name, node);
    return node;
  }

  /**
   * What stands behind the properties; `start` is where the first property, or else the content,
   * stands.
   */
  #content(start: number, tagged: boolean, inFlowSequence: boolean): YamlNode {
    const token = this.#scanner.peek();
    switch (token?.kind) {
      case 'scalar':
        return this.#scalar(token, start, tagged);
      case 'flow-sequence-start':
        return this.#flowSequence(start);
      case 'block-sequence-start':
        return this.#blockSequence(start);
      case 'flow-map-start':
        return this.#flowMap(start);
      case 'block-map-start':
        return this.#blockMap(start);
      case 'key':
        if (inFlowSequence) return this.#pair(start);
        break;
      default:
        break;
    }
    if (!tagged || token === undefined) return nullAt(start);
    return {
      kind: 'scalar',
      start,
      textStart: start,
      end: start,
      style: 'plain',
      text: '',
      indent: 0,
      inFlow: false,
    };
  }

  #scalar(token: Token, start: number, tagged: boolean): YamlNode {
    this.#scanner.pop();
    const scalar = token.scalar;
    if (scalar === undefined) return nullAt(start);
    if (!tagged && scalar.style === 'plain' && /^(?:~|null|Null|NULL)?$/.test(scalar.text)) {
      return { kind: 'null', start, end: scalar.end };
    }
    return start === scalar.start ? scalar : { ...scalar, start };
  }

  #alias(token: Token): YamlNode {
    const node = this.#anchors.get(token.name);
    if (node === undefined) {
      throw new YamlSyntaxError(token.start, `the referenced anchor is not defined: ${token.name}`);
    }
    this.#scanner.pop();
    return node;
  }

  #blockSequence(start: number): YamlSequence {
    const sequence: YamlSequence = { kind: 'sequence', start, end: start, items: [] };
    this.#scanner.pop();
    for (;;) {
      const token = this.#expect('end of sequence not found', 'block-entry', 'block-sequence-end');
      this.#scanner.pop();
      if (token.kind === 'block-sequence-end') return sequence;
      const next = this.#scanner.peek();
      const empty = next?.kind === 'block-entry' || next?.kind === 'block-sequence-end';
      const item = empty ? nullAt(next.start) : this.#node(false);
      sequence.items.push(item);
      sequence.end = Math.max(token.end, item.end);
    }
  }

  #flowSequence(start: number): YamlSequence {
    const message = 'end of sequence flow not found';
    const sequence: YamlSequence = { kind: 'sequence', start, end: start, items: [] };
    this.#scanner.pop();
    for (;;) {
      const token = this.#expect(message);
      if (token.kind === 'flow-sequence-end') return this.#close(sequence, token);
      sequence.items.push(this.#node(true));
      const separator = this.#expect(message, 'flow-entry', 'flow-sequence-end');
      if (separator.kind === 'flow-entry') this.#scanner.pop();
    }
  }

  #blockMap(start: number): YamlMap {
    const map: YamlMap = { kind: 'map', start, end: start, entries: [] };
    this.#scanner.pop();
    for (;;) {
      const token = this.#expect('end of map not found', 'key', 'value', 'block-map-end');
      if (token.kind === 'block-map-end') {
        this.#scanner.pop();
        return map;
      }
      const entry = this.#entry(token);
      map.entries.push(entry);
      map.end = Math.max(entry.key.end, entry.value.end);
    }
  }

  #flowMap(start: number): YamlMap {
    const message = 'end of map flow not found';
    const map: YamlMap = { kind: 'map', start, end: start, entries: [] };
    this.#scanner.pop();
    for (;;) {
      const token = this.#expect(message);
      if (token.kind === 'flow-map-end') return this.#close(map, token);
      map.entries.push(this.#entry(token));
      const separator = this.#expect(message, 'flow-entry', 'flow-map-end');
      if (separator.kind === 'flow-entry') this.#scanner.pop();
    }
  }

  #close<T extends YamlSequence | YamlMap>(collection: T, token: Token): T {
    this.#scanner.pop();
    collection.end = token.end;
    return collection;
  }

  /** A key and its value; each may be missing. `token` is the next one. */
  #entry(token: Token): YamlEntry {
    let key: YamlNode = nullAt(token.start);
    if (token.kind === 'key') {
      this.#scanner.pop();
      key = this.#node(false);
    }
    if (this.#scanner.peek()?.kind !== 'value') return { key, value: nullAt(token.start) };
    this.#scanner.pop();
    return { key, value: this.#node(false) };
  }

  /** `[a: b]`: a map with one entry. */
  #pair(start: number): YamlMap {
    const token = this.#expect('end of map not found');
    const entry = this.#entry(token);
    return { kind: 'map', start, end: Math.max(token.end, entry.value.end), entries: [entry] };
  }

  /** `: b` without a block around it. */
  #pairWithoutKey(token: Token): YamlMap {
    this.#scanner.pop();
    const value = this.#node(false);
    const entry: YamlEntry = { key: nullAt(token.start), value };
    return { kind: 'map', start: token.start, end: value.end, entries: [entry] };
  }

  #expect(message: string, ...kinds: TokenKind[]): Token {
    const token = this.#scanner.peek();
    if (token === undefined) throw new YamlSyntaxError(this.#scanner.offset, message);
    if (kinds.length > 0 && !kinds.includes(token.kind)) {
      throw new YamlSyntaxError(token.start, message);
    }
    return token;
  }
}

function nullAt(offset: number): YamlNull {
  return { kind: 'null', start: offset, end: offset };
}

function tooMany(token: Token, what: string): YamlSyntaxError {
  return new YamlSyntaxError(token.start, `cannot assign multiple ${what} to the same node`);
}
