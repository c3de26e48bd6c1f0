/**
 * A YAML document as the rules reader needs it: every value with the place where it stands, scalars
 * as text. What a scalar means (a number, a boolean) is decided by whoever uses it, because that is
 * how yaml-cpp, and so Falco, does it: `priority: no` is the text "no" and `enabled: no` is false.
 */

export type YamlNode = YamlScalar | YamlNull | YamlSequence | YamlMap;

export type ScalarStyle = 'plain' | 'single' | 'double' | 'literal' | 'folded';

export interface YamlScalar {
  readonly kind: 'scalar';
  /**
   * Offset of the first character: a quote, or the `|` or `>` of a block scalar. With properties:
   * of the first of them.
   */
  readonly start: number;
  /** Offset of the scalar itself, behind its properties. */
  readonly textStart: number;
  readonly end: number;
  readonly style: ScalarStyle;
  readonly text: string;
  /**
   * Indentation that the text had to have, and whether it stood in `[]` or `{}`: to scan it again
   * for its positions.
   */
  readonly indent: number;
  readonly inFlow: boolean;
}

export interface YamlNull {
  readonly kind: 'null';
  readonly start: number;
  readonly end: number;
}

export interface YamlSequence {
  readonly kind: 'sequence';
  readonly start: number;
  end: number;
  readonly items: YamlNode[];
}

export interface YamlEntry {
  readonly key: YamlNode;
  readonly value: YamlNode;
}

export interface YamlMap {
  readonly kind: 'map';
  /** In block style: of the first key. */
  readonly start: number;
  end: number;
  /** In the order of the file; a key that stands twice is there twice, and the first one counts. */
  readonly entries: YamlEntry[];
}

/** The value of `key`, or undefined where the map has none. */
export function valueOf(map: YamlMap, key: string): YamlNode | undefined {
  return entryOf(map, key)?.value;
}

export function entryOf(map: YamlMap, key: string): YamlEntry | undefined {
  for (const entry of map.entries) {
    if (entry.key.kind === 'scalar' && entry.key.text === key) return entry;
  }
  return undefined;
}

const truths: ReadonlyMap<string, boolean> = new Map([
  ['y', true],
  ['yes', true],
  ['true', true],
  ['on', true],
  ['n', false],
  ['no', false],
  ['false', false],
  ['off', false],
]);

/**
 * yaml-cpp's booleans: the words above in lower case, UPPER CASE or Capitalised. Anything else is
 * undefined.
 */
export function booleanOf(text: string): boolean | undefined {
  return /^(?:[a-z]+|[A-Z][a-z]*|[A-Z]+)$/.test(text) ? truths.get(text.toLowerCase()) : undefined;
}

const UINT32_MAX = 0xffff_ffff;

/**
 * yaml-cpp's unsigned 32-bit numbers: decimal, `0x` hexadecimal, or octal after a leading 0; blanks
 * may follow.
 */
export function uint32Of(text: string): number | undefined {
  const match = /^\+?(0[xX][0-9a-fA-F]+|[0-9]+)\s*$/.exec(text);
  const digits = match?.[1];
  if (digits === undefined) return undefined;
  const octal = /^0[0-9]/.test(digits);
  if (octal && /[89]/.test(digits)) return undefined;
  const value = octal ? Number.parseInt(digits, 8) : Number(digits);
  return value <= UINT32_MAX ? value : undefined;
}
