/**
 * The transformers of the condition language: `tolower(x)`, `getopt(proc.args, "ab:")` and the
 * like.
 */

import type { ByteString } from '../base/host.ts';
import type { Scalar, Value } from '../fields/field.ts';
import type { TransformerName } from '../lang/ast.ts';
import { lowerAscii, upperAscii } from './glob.ts';

/** Arguments are values or literals in order; undefined results mean no value. */
export type Transform = (args: readonly Value[]) => Value | undefined;

/** `index` is what stood in brackets after the call: only getopt takes one. */
export function transformFor(name: TransformerName, index: string | undefined): Transform {
  switch (name) {
    case 'tolower':
      return eachString(lowerAscii);
    case 'toupper':
      return eachString(upperAscii);
    case 'basename':
      return eachString((text) => text.slice(text.lastIndexOf('/') + 1));
    case 'b64':
      return eachString(decodeBase64);
    case 'len':
      return ([value]) => (value === undefined ? undefined : lengthOf(value));
    case 'join':
      return ([separator, list]) => asList(list).join(String(separator ?? ''));
    case 'concat':
      return (args) => args.map((arg) => asList(arg).join('')).join('');
    case 'getopt':
      return ([args, options]) => getopt(asList(args), String(options ?? ''), index);
  }
}

function asList(value: Value | undefined): readonly Scalar[] {
  if (value === undefined) return [];
  return typeof value === 'object' ? value : [value];
}

function lengthOf(value: Value): number {
  return typeof value === 'object' ? value.length : String(value).length;
}

/** Lists are transformed element by element; an element without a result makes the whole absent. */
function eachString(change: (text: ByteString) => ByteString | undefined): Transform {
  return ([value]) => {
    if (value === undefined) return undefined;
    if (typeof value !== 'object') return change(String(value));
    const changed: ByteString[] = [];
    for (const element of value) {
      const result = change(String(element));
      if (result === undefined) return undefined;
      changed.push(result);
    }
    return changed;
  };
}

const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** Padding is optional; any other foreign character makes the text undecodable. */
function decodeBase64(text: ByteString): ByteString | undefined {
  const body = text.replace(/={0,2}$/, '');
  if (body.length % 4 === 1) return undefined;
  let bytes = '';
  let bits = 0;
  let held = 0;
  for (const char of body) {
    const value = BASE64.indexOf(char);
    if (value < 0) return undefined;
    held = ((held << 6) | value) & 0xffff;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes += String.fromCharCode((held >> bits) & 0xff);
    }
  }
  return bytes;
}

/**
 * Short options as getopt(3) reads them, without permuting: stops at `--` or the first word that is
 * no option; words with two dashes are skipped. Without an index: option letters and their values
 * in order, `?` for unknown ones, "" for an option whose argument is missing. With the index c: the
 * value of the last c, its letter when it takes none, no value when c is not given.
 */
function getopt(
  args: readonly Scalar[],
  options: string,
  index: string | undefined,
): Value | undefined {
  const found = shortOptions(args.map(String), options);
  if (index === undefined) {
    return found.flatMap(({ shown, value }) => (value === undefined ? [shown] : [shown, value]));
  }
  const last = found.findLast(({ letter }) => letter === index);
  return last === undefined ? undefined : (last.value ?? last.shown);
}

interface FoundOption {
  /** The declared option; "?" for one that is not declared. */
  readonly letter: string;
  /** What the list form gives for it: the letter, or "" where its argument is missing. */
  readonly shown: string;
  readonly value: ByteString | undefined;
}

function shortOptions(args: readonly ByteString[], options: string): FoundOption[] {
  const found: FoundOption[] = [];
  let at = 0;
  while (at < args.length) {
    const word = args[at] ?? '';
    const isLong = word.length > 2 && word.startsWith('--');
    if (!isLong && (word === '--' || word === '-' || !word.startsWith('-'))) break;
    at++;
    if (!isLong && clusterTakesNext(word, args[at], options, found)) at++;
  }
  return found;
}

/**
 * Reads one word such as `-ntvalue`; true when its last option took the next word as its argument.
 */
function clusterTakesNext(
  word: ByteString,
  next: ByteString | undefined,
  options: string,
  found: FoundOption[],
): boolean {
  for (let at = 1; at < word.length; at++) {
    const letter = word.charAt(at);
    const declared = letter === ':' ? -1 : options.indexOf(letter);
    if (declared < 0) {
      found.push({ letter: '?', shown: '?', value: undefined });
    } else if (options[declared + 1] !== ':') {
      found.push({ letter, shown: letter, value: undefined });
    } else {
      const attached = word.slice(at + 1);
      const value = attached === '' ? next : attached;
      found.push({ letter, shown: value === undefined ? '' : letter, value });
      return attached === '' && next !== undefined;
    }
  }
  return false;
}
