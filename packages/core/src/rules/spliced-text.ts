/**
 * A text that was put together from values of rule files: a condition with what was appended to it
 * and its exceptions. It knows which value each of its characters came from, so that a problem in
 * it is shown where somebody can mend it.
 */

import type { Source, Span } from '../base/source.ts';
import { fileOffset } from './yaml/scalar-positions.ts';
import type { YamlScalar } from './yaml/yaml-node.ts';

/** A value of a file. */
export interface TextOrigin {
  readonly source: Source;
  readonly scalar: YamlScalar;
}

interface Piece {
  /** Offset in the spliced text. */
  readonly start: number;
  readonly origin: TextOrigin;
  /**
   * Offset of the piece in the value's text; undefined where the piece was made from the value and
   * is not a part of it.
   */
  readonly from: number | undefined;
}

export interface FilePlace {
  readonly source: Source;
  readonly span: Span;
}

export class SplicedText {
  readonly text: string;
  readonly #pieces: readonly Piece[];

  private constructor(text: string, pieces: readonly Piece[]) {
    this.text = text;
    this.#pieces = pieces;
  }

  static of(origin: TextOrigin): SplicedText {
    return new SplicedText(origin.scalar.text, [{ start: 0, origin, from: 0 }]);
  }

  /** Parts one after another, joined by `separator`. Bare strings belong to the nearest part. */
  static concat(parts: readonly (SplicedText | string)[]): SplicedText {
    let text = '';
    const pieces: Piece[] = [];
    for (const part of parts) {
      if (typeof part !== 'string') {
        for (const piece of part.#pieces) {
          pieces.push({ ...piece, start: piece.start + text.length });
        }
      }
      text += typeof part === 'string' ? part : part.text;
    }
    return new SplicedText(text, pieces);
  }

  /**
   * A text made from a value that does not stand in it as it is, such as a value with quotes put
   * around it.
   */
  static madeFrom(origin: TextOrigin, text: string): SplicedText {
    const from = text === origin.scalar.text ? 0 : undefined;
    return new SplicedText(text, [{ start: 0, origin, from }]);
  }

  slice(start: number, end: number = this.text.length): SplicedText {
    const pieces: Piece[] = [];
    for (const [index, piece] of this.#pieces.entries()) {
      const pieceEnd = this.#pieces[index + 1]?.start ?? this.text.length;
      if (pieceEnd <= start || piece.start >= end) continue;
      const cut = Math.max(0, start - piece.start);
      const from = piece.from === undefined ? undefined : piece.from + cut;
      pieces.push({ start: piece.start + cut - start, origin: piece.origin, from });
    }
    return new SplicedText(this.text.slice(start, end), pieces);
  }

  /** Without blanks and line breaks at both ends. */
  trimmed(): SplicedText {
    const start = this.text.length - this.text.trimStart().length;
    return this.slice(start, start + this.text.trim().length);
  }

  /** Every `search` replaced. */
  replaced(search: string, replacement: string): SplicedText {
    const parts: (SplicedText | string)[] = [];
    let from = 0;
    for (let at = this.text.indexOf(search); at >= 0; at = this.text.indexOf(search, from)) {
      parts.push(this.slice(from, at), replacement);
      from = at + search.length;
    }
    return from === 0 ? this : SplicedText.concat([...parts, this.slice(from)]);
  }

  append(other: SplicedText): SplicedText {
    return SplicedText.concat([this, ' ', other]);
  }

  /** Where a part of the text stands in a file. What stands in two values is shown in the first. */
  placeOf(span: Span): FilePlace | undefined {
    const index = this.#pieceIndexAt(span.start);
    const piece = this.#pieces[index];
    if (piece === undefined) return undefined;
    const { source, scalar } = piece.origin;
    if (piece.from === undefined) {
      return { source, span: { start: scalar.textStart, end: scalar.end } };
    }
    const limit = this.#pieces[index + 1]?.start ?? this.text.length;
    const place = (offset: number): number =>
      fileOffset(source.text, scalar, Math.max(0, offset - piece.start + (piece.from ?? 0)));
    const start = place(span.start);
    const lastCharacter = Math.min(span.end, limit) - 1;
    const end = lastCharacter < span.start ? start : place(lastCharacter) + 1;
    return { source, span: { start, end } };
  }

  /** The last piece that begins at or before `offset`, else the first. */
  #pieceIndexAt(offset: number): number {
    let found = 0;
    for (let index = 1; index < this.#pieces.length; index++) {
      if ((this.#pieces[index]?.start ?? 0) <= offset) found = index;
    }
    return found;
  }
}
