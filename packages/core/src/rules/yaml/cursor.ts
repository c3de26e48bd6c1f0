/**
 * Where a scanner stands in a YAML text, and the few things that every part of the scanner asks
 * about that place.
 */

export const TAB = 0x09;
export const LF = 0x0a;
export const CR = 0x0d;
export const SPACE = 0x20;

/**
 * The text is not YAML. Thrown and caught inside this folder only: `readYaml` returns it as a
 * value.
 */
export class YamlSyntaxError extends Error {
  readonly offset: number;

  constructor(offset: number, message: string) {
    super(message);
    this.offset = offset;
  }
}

export class Cursor {
  readonly text: string;
  at = 0;
  line = 0;
  lineStart = 0;
  readonly #hasCarriageReturns: boolean;

  constructor(text: string) {
    this.text = text;
    this.#hasCarriageReturns = text.includes('\r');
  }

  get column(): number {
    return this.at - this.lineStart;
  }

  /** The character `ahead` of the place; NaN past the end. */
  peek(ahead = 0): number {
    return this.text.charCodeAt(this.at + ahead);
  }

  get atEnd(): boolean {
    return this.at >= this.text.length;
  }

  atBlank(ahead = 0): boolean {
    const code = this.peek(ahead);
    return code === SPACE || code === TAB;
  }

  atBreak(ahead = 0): boolean {
    const code = this.peek(ahead);
    return code === LF || code === CR;
  }

  /**
   * A blank, a line break, or the end of the text: what must follow `-`, `?` and `:` for them to be
   * indicators.
   */
  atSeparator(ahead = 0): boolean {
    return this.at + ahead >= this.text.length || this.atBlank(ahead) || this.atBreak(ahead);
  }

  /** `---` or `...` at the start of a line. */
  atDocumentMark(mark: '---' | '...'): boolean {
    return this.at === this.lineStart && this.text.startsWith(mark, this.at) && this.atSeparator(3);
  }

  /** Offset of the next line break, or of the end of the text. */
  lineEnd(): number {
    const feed = this.text.indexOf('\n', this.at);
    const end = feed < 0 ? this.text.length : feed;
    if (!this.#hasCarriageReturns) return end;
    const carriage = this.text.indexOf('\r', this.at);
    return carriage < 0 || carriage > end ? end : carriage;
  }

  /** Steps over the line break at the place. */
  eatBreak(): void {
    this.at += this.peek() === CR && this.peek(1) === LF ? 2 : 1;
    this.line++;
    this.lineStart = this.at;
  }

  fail(message: string): never {
    throw new YamlSyntaxError(this.at, message);
  }
}

/**
 * Where the pieces of a scalar's text come from: pairs of an offset in the text and the offset in
 * the file of that character, ascending. Between two pairs the characters are copied one to one.
 */
export type Trace = number[];
