/** Pieces of a file to blocks of whole lines, for files of any size. */

export interface LineBlock {
  /** Whole lines; the last one of a file may lack its end. In memory of their own. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Number of the first one, from 1. */
  readonly firstLine: number;
}

const NEWLINE = 0x0a;

export class LineBlocks {
  /** Lines that were longer than the limit, and were left out. */
  tooLong = 0;
  readonly #lineBytesMax: number;
  /** Of a line whose end has not come. */
  #pieces: Uint8Array[] = [];
  #length = 0;
  #firstLine = 1;
  /** The line that is coming is too long: the rest of it is passed over. */
  #isSkipping = false;

  constructor(lineBytesMax: number) {
    this.#lineBytesMax = lineBytesMax;
  }

  /** The lines that the piece completes, if any. The piece may be used again. */
  add(piece: Uint8Array): LineBlock | undefined {
    const first = piece.indexOf(NEWLINE);
    if (first < 0) {
      this.#keep(piece);
      return undefined;
    }
    const last = piece.lastIndexOf(NEWLINE);
    this.#keep(piece.subarray(0, first + 1));
    if (this.#isSkipping) this.#firstLine++;
    this.#isSkipping = false;
    // Each of these lines is shorter than a piece.
    this.#push(piece.subarray(first + 1, last + 1));
    const block = this.#take();
    this.#keep(piece.subarray(last + 1));
    return block;
  }

  /** The file is over: what there is of a last line is one. */
  end(): LineBlock | undefined {
    this.#isSkipping = false;
    return this.#take();
  }

  /** From here on another file, or the same from its beginning. */
  restart(): void {
    this.#pieces = [];
    this.#length = 0;
    this.#firstLine = 1;
    this.#isSkipping = false;
  }

  /** Of one line. */
  #keep(part: Uint8Array): void {
    if (this.#isSkipping || part.length === 0) return;
    if (this.#length + part.length > this.#lineBytesMax) {
      this.tooLong++;
      this.#isSkipping = true;
      this.#pieces = [];
      this.#length = 0;
      return;
    }
    this.#push(part);
  }

  #push(part: Uint8Array): void {
    if (part.length === 0) return;
    this.#pieces.push(part.slice());
    this.#length += part.length;
  }

  #take(): LineBlock | undefined {
    if (this.#length === 0) return undefined;
    const bytes = new Uint8Array(this.#length);
    let at = 0;
    for (const piece of this.#pieces) {
      bytes.set(piece, at);
      at += piece.length;
    }
    const firstLine = this.#firstLine;
    this.#firstLine += linesIn(bytes);
    this.#pieces = [];
    this.#length = 0;
    return { bytes, firstLine };
  }
}

function linesIn(bytes: Uint8Array): number {
  let lines = 0;
  for (let at = bytes.indexOf(NEWLINE); at >= 0; at = bytes.indexOf(NEWLINE, at + 1)) lines++;
  return lines;
}
