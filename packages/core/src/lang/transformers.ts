/**
 * Everything that is known of transformers, in one table; `val` is none: it only marks a field at
 * the right.
 */

import type { TransformerName } from './ast.ts';
import type { TypeFamily } from './value-types.ts';

export interface TransformerFacts {
  readonly name: TransformerName;
  readonly argsMin: number;
  readonly argsMax: number;
  /** Types of the value that it takes, for transformers of one argument. */
  readonly families: readonly TypeFamily[];
  /** Whether it takes any field that is a list, as a whole. */
  readonly lists: boolean;
  /** PT_UINT64 or PT_CHARBUF instead of the argument's own type. */
  readonly gives: 'same' | 'length' | 'string' | 'strings';
  /** `getopt(...)[c]`. */
  readonly bracketed: boolean;
  readonly meaning: string;
}

const one = { argsMin: 1, argsMax: 1, lists: false, gives: 'same', bracketed: false } as const;
const many = { families: [], lists: false, bracketed: false } as const;
const STRING = ['string'] as const;
const TEXT = ['string', 'buffer'] as const;

/** In Falco's order. */
export const TRANSFORMERS: readonly TransformerFacts[] = [
  { ...one, name: 'tolower', families: STRING, meaning: 'the text in lower case' },
  { ...one, name: 'toupper', families: STRING, meaning: 'the text in upper case' },
  { ...one, name: 'b64', families: TEXT, meaning: 'the text decoded from base64' },
  { ...one, name: 'basename', families: STRING, meaning: 'what follows the last slash' },
  {
    ...one,
    name: 'len',
    families: TEXT,
    lists: true,
    gives: 'length',
    meaning: 'the number of bytes, or of elements',
  },
  {
    ...many,
    name: 'join',
    argsMin: 2,
    argsMax: 2,
    gives: 'string',
    meaning: 'join(separator, list): the elements as one text',
  },
  {
    ...many,
    name: 'concat',
    argsMin: 2,
    argsMax: Number.POSITIVE_INFINITY,
    gives: 'string',
    meaning: 'the texts one after another',
  },
  {
    ...many,
    name: 'getopt',
    argsMin: 2,
    argsMax: 2,
    gives: 'strings',
    bracketed: true,
    meaning: 'getopt(list, options): the short options found; with [c] the value of option c',
  },
];

const byName = new Map<string, TransformerFacts>(TRANSFORMERS.map((facts) => [facts.name, facts]));

/** Undefined when `name` is no transformer. */
export function transformerFacts(name: string): TransformerFacts | undefined {
  return byName.get(name);
}

/** As Falco lists them: with `val` first. */
export const TRANSFORMER_WORDS: readonly string[] = [
  'val',
  ...TRANSFORMERS.map((facts) => facts.name),
];
