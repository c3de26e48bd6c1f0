/**
 * YAML text to tokens, in the dialect of yaml-cpp, the library with which Falco reads rules: what
 * it takes is taken, what it refuses is refused at the same place with the same words. Indentation
 * becomes start and end tokens of blocks.
 *
 * Why our own: the rule files are read before anything else happens, and a general library takes
 * longer for that than the engine takes for half a million events.
 */

import { Cursor, SPACE, TAB, YamlSyntaxError } from './cursor.ts';
import { type BlockHeader, scanBlock, scanPlain, scanQuoted } from './scalars.ts';
import { scanTag } from './tag.ts';
import type { Token, TokenKind, TokenState } from './token.ts';
import type { ScalarStyle } from './yaml-node.ts';

/** Longest simple key, in characters: a limit of YAML itself. */
const SIMPLE_KEY_MAX = 1024;

interface Indent {
  readonly column: number;
  readonly kind: 'none' | 'sequence' | 'map';
  state: TokenState;
}

interface SimpleKey {
  readonly start: number;
  readonly line: number;
  readonly flowLevel: number;
  readonly keyToken: Token;
  /** The block map that this key would begin. */
  readonly mapToken: Token | undefined;
  readonly indent: Indent | undefined;
}

/**
 * Indicators that cannot begin a plain scalar; `-`, `?` and `:` can when something follows them.
 */
const NOT_PLAIN = ',[]{}#&*!|>\'"%@`';

export class Scanner {
  readonly #cursor: Cursor;
  #tokens: Token[] = [];
  #head = 0;
  #started = false;
  #ended = false;
  #simpleKeyAllowed = false;
  /** False behind a quoted scalar until the line ends: `"a" "b"` is an error. */
  #scalarAllowed = false;
  /** Behind `"a"` or `}` a `:` needs no blank inside `[]` and `{}`, as in JSON. */
  #jsonValueAllowed = false;
  #simpleKeys: SimpleKey[] = [];
  readonly #indents: Indent[] = [];
  readonly #flows: ('[' | '{')[] = [];

  constructor(text: string) {
    this.#cursor = new Cursor(text);
  }

  get offset(): number {
    return this.#cursor.at;
  }

  /**
   * The next token, or undefined at the end of the text. A text that ends inside `[` or `{` leaves
   * an unverified token last: the parser then finds that it does not fit.
   */
  peek(): Token | undefined {
    for (;;) {
      const token = this.#tokens[this.#head];
      if (token?.state === 'valid') return token;
      if (token?.state === 'void') this.#advance();
      else if (this.#ended) return token;
      else this.#scanNext();
    }
  }

  pop(): void {
    if (this.peek() !== undefined) this.#advance();
  }

  #advance(): void {
    this.#head++;
    if (this.#head < this.#tokens.length) return;
    this.#tokens = [];
    this.#head = 0;
  }

  #scanNext(): void {
    if (!this.#started) this.#start();
    this.#skipBlanks();
    this.#popIndents();
    const cursor = this.#cursor;
    if (cursor.atEnd) return this.#end();
    const char = cursor.text[cursor.at] ?? '';
    if (cursor.column === 0) {
      if (char === '%') return this.#scanDirective();
      if (cursor.atDocumentMark('---')) return this.#scanDocumentMark('document-start');
      if (cursor.atDocumentMark('...')) return this.#scanDocumentMark('document-end');
    }
    switch (char) {
      case '[':
      case '{':
        return this.#scanFlowStart(char);
      case ']':
      case '}':
        return this.#scanFlowEnd(char === ']' ? '[' : '{');
      case ',':
        return this.#scanFlowEntry();
      case '&':
      case '*':
        return this.#scanAnchor(char === '&' ? 'anchor' : 'alias');
      case '!':
        return this.#scanTag();
    }
    if (char === '-' && cursor.atSeparator(1)) return this.#scanBlockEntry();
    if (char === '?' && (cursor.atBlank(1) || cursor.atBreak(1))) return this.#scanKey();
    if (char === ':' && this.#isValue()) return this.#scanValue();
    this.#scanScalar(char);
  }

  #scanScalar(char: string): void {
    if ((char === '|' || char === '>') && !this.#inFlow) return this.#scanBlock(char === '>');
    if (!this.#scalarAllowed) this.#cursor.fail('unexpected scalar');
    if (char === '"' || char === "'") return this.#scanQuoted(char);
    if (this.#isPlainStart(char)) return this.#scanPlain();
    this.#cursor.fail('unknown token');
  }

  get #inFlow(): boolean {
    return this.#flows.length > 0;
  }

  #isValue(): boolean {
    const cursor = this.#cursor;
    if (!this.#inFlow) return cursor.atSeparator(1);
    if (this.#jsonValueAllowed || cursor.atBlank(1) || cursor.atBreak(1)) return true;
    return ',]}'.includes(cursor.text[cursor.at + 1] ?? ' ');
  }

  #isPlainStart(char: string): boolean {
    if (NOT_PLAIN.includes(char) || char === '\n' || char === '\r') return false;
    if (!this.#inFlow) return !('-?:'.includes(char) && this.#cursor.atSeparator(1));
    if (char === '?') return false;
    if (char !== '-' && char !== ':') return true;
    return !this.#cursor.atBlank(1) && this.#cursor.at + 1 < this.#cursor.text.length;
  }

  #start(): void {
    this.#started = true;
    this.#simpleKeyAllowed = true;
    this.#scalarAllowed = true;
    this.#indents.push({ column: -1, kind: 'none', state: 'valid' });
  }

  /**
   * The end counts as the start of a line: without a line break before it, as the place behind a
   * missing one.
   */
  #end(): void {
    if (this.#cursor.column > 0) this.#cursor.at = this.#cursor.text.length + 1;
    this.#popAllIndents();
    this.#simpleKeys = [];
    this.#ended = true;
  }

  /** Blanks, comments and line breaks, which also decide what may come next. */
  #skipBlanks(): void {
    const cursor = this.#cursor;
    for (;;) {
      for (let code = cursor.peek(); code === SPACE || code === TAB; code = cursor.peek()) {
        if (code === TAB && !this.#inFlow) this.#simpleKeyAllowed = false;
        cursor.at++;
      }
      if (cursor.text[cursor.at] === '#') cursor.at = cursor.lineEnd();
      if (!cursor.atBreak()) return;
      cursor.eatBreak();
      this.#voidSimpleKey();
      this.#scalarAllowed = true;
      if (!this.#inFlow) this.#simpleKeyAllowed = true;
    }
  }

  #push(kind: TokenKind, start: number, end: number, name = ''): Token {
    const token: Token = { kind, start, end, state: 'valid', name, scalar: undefined };
    this.#tokens.push(token);
    return token;
  }

  // Indentation

  #pushIndent(kind: 'sequence' | 'map'): { indent: Indent; token: Token } | undefined {
    if (this.#inFlow) return undefined;
    const column = this.#cursor.column;
    const last = this.#indents.at(-1);
    if (last !== undefined && column < last.column) return undefined;
    if (last?.column === column && !(kind === 'sequence' && last.kind === 'map')) return undefined;
    const at = this.#cursor.at;
    const token = this.#push(kind === 'map' ? 'block-map-start' : 'block-sequence-start', at, at);
    const indent: Indent = { column, kind, state: 'valid' };
    this.#indents.push(indent);
    return { indent, token };
  }

  #popIndents(): void {
    if (this.#inFlow) return;
    const here = this.#cursor.column;
    for (let top = this.#indents.at(-1); top !== undefined; top = this.#indents.at(-1)) {
      if (top.column < here) break;
      const endsSequence = top.kind === 'sequence' && !this.#atBlockEntry();
      if (top.column === here && !endsSequence) break;
      this.#popIndent();
    }
    while (this.#indents.at(-1)?.state === 'void') this.#popIndent();
  }

  #atBlockEntry(): boolean {
    const cursor = this.#cursor;
    return cursor.text[cursor.at] === '-' && cursor.atSeparator(1);
  }

  #popAllIndents(): void {
    if (this.#inFlow) return;
    while (this.#indents.length > 0 && this.#indents.at(-1)?.kind !== 'none') this.#popIndent();
  }

  #popIndent(): void {
    const indent = this.#indents.pop();
    if (indent === undefined) return;
    if (indent.state !== 'valid') {
      this.#voidSimpleKey();
      return;
    }
    const at = this.#cursor.at;
    if (indent.kind === 'sequence') this.#push('block-sequence-end', at, at);
    else if (indent.kind === 'map') this.#push('block-map-end', at, at);
  }

  // Simple keys

  #insertSimpleKey(): void {
    if (!this.#simpleKeyAllowed) return;
    if (this.#simpleKeys.at(-1)?.flowLevel === this.#flows.length) return;
    const { at, line } = this.#cursor;
    const map = this.#inFlow ? undefined : this.#pushIndent('map');
    if (map !== undefined) {
      map.indent.state = 'unverified';
      map.token.state = 'unverified';
    }
    const keyToken = this.#push('key', at, at);
    keyToken.state = 'unverified';
    this.#simpleKeys.push({
      start: at,
      line,
      flowLevel: this.#flows.length,
      keyToken,
      mapToken: map?.token,
      indent: map?.indent,
    });
  }

  #voidSimpleKey(): void {
    const key = this.#simpleKeys.at(-1);
    if (key?.flowLevel !== this.#flows.length) return;
    settle(key, 'void');
    this.#simpleKeys.pop();
  }

  #verifySimpleKey(): boolean {
    const key = this.#simpleKeys.at(-1);
    if (key?.flowLevel !== this.#flows.length) return false;
    this.#simpleKeys.pop();
    const { at, line } = this.#cursor;
    const valid = line === key.line && at - key.start <= SIMPLE_KEY_MAX;
    settle(key, valid ? 'valid' : 'void');
    return valid;
  }

  // One kind of token each

  #scanDirective(): void {
    this.#leaveBlocks();
    const cursor = this.#cursor;
    const start = cursor.at;
    const comment = cursor.text.slice(start, cursor.lineEnd()).search(/[ \t]#/);
    cursor.at = comment < 0 ? cursor.lineEnd() : start + comment;
    this.#push('directive', start, cursor.at, cursor.text.slice(start + 1, cursor.at));
  }

  #scanDocumentMark(kind: 'document-start' | 'document-end'): void {
    this.#leaveBlocks();
    const start = this.#cursor.at;
    this.#cursor.at += 3;
    this.#push(kind, start, this.#cursor.at);
  }

  #leaveBlocks(): void {
    this.#popAllIndents();
    this.#simpleKeys = [];
    this.#simpleKeyAllowed = false;
    this.#jsonValueAllowed = false;
  }

  #scanFlowStart(char: '[' | '{'): void {
    this.#insertSimpleKey();
    this.#simpleKeyAllowed = true;
    this.#jsonValueAllowed = false;
    this.#flows.push(char);
    this.#pushIndicator(char === '[' ? 'flow-sequence-start' : 'flow-map-start');
  }

  #scanFlowEnd(opening: '[' | '{'): void {
    if (!this.#inFlow) this.#cursor.fail('illegal flow end');
    this.#endFlowItem();
    this.#simpleKeyAllowed = false;
    this.#jsonValueAllowed = true;
    if (this.#flows.at(-1) !== opening) this.#cursor.fail('illegal flow end');
    this.#flows.pop();
    this.#pushIndicator(opening === '[' ? 'flow-sequence-end' : 'flow-map-end');
  }

  #scanFlowEntry(): void {
    if (this.#cursor.column === 0) {
      this.#cursor.fail('plain value cannot start with flow indicator character');
    }
    if (!this.#scalarAllowed) this.#cursor.fail('unexpected scalar');
    this.#endFlowItem();
    this.#simpleKeyAllowed = true;
    this.#jsonValueAllowed = false;
    this.#pushIndicator('flow-entry');
  }

  /** `{a, b}`: a key alone has an empty value. */
  #endFlowItem(): void {
    if (this.#flows.at(-1) === '{') {
      if (this.#verifySimpleKey()) this.#push('value', this.#cursor.at, this.#cursor.at);
    } else if (this.#inFlow) {
      this.#voidSimpleKey();
    }
  }

  #scanBlockEntry(): void {
    if (this.#inFlow || !this.#simpleKeyAllowed) this.#cursor.fail('illegal block entry');
    this.#pushIndent('sequence');
    this.#simpleKeyAllowed = true;
    this.#jsonValueAllowed = false;
    this.#pushIndicator('block-entry');
  }

  #scanKey(): void {
    if (!this.#inFlow) {
      if (!this.#simpleKeyAllowed) this.#cursor.fail('illegal map key');
      this.#pushIndent('map');
    }
    this.#simpleKeyAllowed = !this.#inFlow;
    this.#pushIndicator('key');
  }

  #scanValue(): void {
    const isSimpleKey = this.#verifySimpleKey();
    this.#jsonValueAllowed = false;
    if (!isSimpleKey && !this.#inFlow) {
      if (!this.#simpleKeyAllowed) this.#cursor.fail('illegal map value');
      this.#pushIndent('map');
    }
    this.#simpleKeyAllowed = !isSimpleKey && !this.#inFlow;
    this.#scalarAllowed = true;
    this.#pushIndicator('value');
  }

  #pushIndicator(kind: TokenKind): void {
    const start = this.#cursor.at;
    this.#cursor.at++;
    this.#push(kind, start, this.#cursor.at);
  }

  #scanAnchor(kind: 'anchor' | 'alias'): void {
    this.#insertSimpleKey();
    this.#simpleKeyAllowed = false;
    this.#jsonValueAllowed = false;
    const cursor = this.#cursor;
    const start = cursor.at;
    cursor.at++;
    const name = /[^[\]{}, \t\r\n]*/y;
    name.lastIndex = cursor.at;
    const found = name.exec(cursor.text)?.[0] ?? '';
    cursor.at += found.length;
    if (found === '') cursor.fail(`${kind} not found after ${kind === 'alias' ? '*' : '&'}`);
    if (!cursor.atSeparator() && !'?:,]}%@`'.includes(cursor.text[cursor.at] ?? '')) {
      cursor.fail(`illegal character found while scanning ${kind}`);
    }
    this.#push(kind, start, cursor.at, found);
  }

  #scanTag(): void {
    this.#insertSimpleKey();
    this.#simpleKeyAllowed = false;
    this.#jsonValueAllowed = false;
    const start = this.#cursor.at;
    const tag = scanTag(this.#cursor);
    this.#push('tag', start, this.#cursor.at, tag);
  }

  #scanPlain(): void {
    const indent = this.#inFlow ? 0 : this.#topColumn() + 1;
    this.#insertSimpleKey();
    const start = this.#cursor.at;
    const { text, end, dedented } = scanPlain(this.#cursor, indent, this.#inFlow);
    this.#simpleKeyAllowed = dedented;
    this.#jsonValueAllowed = false;
    this.#pushScalar({ style: 'plain', text, start, end, indent });
  }

  #scanQuoted(quote: '"' | "'"): void {
    this.#insertSimpleKey();
    const start = this.#cursor.at;
    const text = scanQuoted(this.#cursor, quote);
    this.#simpleKeyAllowed = false;
    this.#scalarAllowed = this.#inFlow;
    this.#jsonValueAllowed = true;
    const style = quote === '"' ? 'double' : 'single';
    this.#pushScalar({ style, text, start, end: this.#cursor.at, indent: 0 });
  }

  #scanBlock(folded: boolean): void {
    const cursor = this.#cursor;
    const start = cursor.at;
    const header = scanBlockHeader(cursor, folded, this.#topColumn());
    const text = scanBlock(cursor, header);
    this.#simpleKeyAllowed = true;
    this.#jsonValueAllowed = false;
    const end = Math.max(start + 1, lastLineEnd(cursor));
    this.#pushScalar({
      style: folded ? 'folded' : 'literal',
      text,
      start,
      end,
      indent: this.#topColumn(),
    });
  }

  #topColumn(): number {
    return this.#indents.at(-1)?.column ?? -1;
  }

  #pushScalar(scanned: {
    style: ScalarStyle;
    text: string;
    start: number;
    end: number;
    indent: number;
  }): void {
    const { start, end, style, text, indent } = scanned;
    this.#tokens.push({
      kind: 'scalar',
      start,
      end,
      state: 'valid',
      name: '',
      scalar: {
        kind: 'scalar',
        start,
        textStart: start,
        end,
        style,
        text,
        indent,
        inFlow: this.#inFlow,
      },
    });
  }
}

function settle(key: SimpleKey, state: 'valid' | 'void'): void {
  key.keyToken.state = state;
  if (key.mapToken !== undefined) key.mapToken.state = state;
  if (key.indent !== undefined) key.indent.state = state;
}

/**
 * End of the last line that is not behind the cursor: block scalars stop at the start of the next
 * thing.
 */
function lastLineEnd(cursor: Cursor): number {
  let end = cursor.atEnd ? cursor.at : cursor.lineStart;
  while (end > 0 && '\r\n'.includes(cursor.text[end - 1] ?? '')) end--;
  return end;
}

/** From `|` or `>` to the end of that line. `parentColumn`: of the innermost block around it. */
export function scanBlockHeader(
  cursor: Cursor,
  folded: boolean,
  parentColumn: number,
): BlockHeader {
  cursor.at++;
  const indicators = /[+-][0-9]|[0-9][+-]|[+-]|[0-9]|/y;
  indicators.lastIndex = cursor.at;
  const found = indicators.exec(cursor.text)?.[0] ?? '';
  const digit = /[0-9]/.exec(found)?.[0];
  if (digit === '0') {
    const offset = cursor.at + found.indexOf('0') + 1;
    throw new YamlSyntaxError(offset, 'cannot set zero indentation for a block scalar');
  }
  cursor.at += found.length;
  while (cursor.atBlank()) cursor.at++;
  if (cursor.text[cursor.at] === '#') cursor.at = cursor.lineEnd();
  if (!cursor.atEnd && !cursor.atBreak()) cursor.fail('unexpected character in block scalar');
  return {
    folded,
    chomp: found.includes('-') ? '-' : found.includes('+') ? '+' : '',
    indent: Number(digit ?? 1) + Math.max(parentColumn, 0),
    detectIndent: digit === undefined,
  };
}
