/**
 * Which of many rules a name can concern at all: those with a text that the name begins with or is,
 * with its directory, with its last part, and those that say nothing of the kind. One walk along
 * the name instead of one test per rule.
 */

import type { ByteString } from '../../base/host.ts';

/** What a name must be like to concern a rule: one of these holds. */
export interface NameHint {
  /** The name begins with it. */
  readonly heads: readonly ByteString[];
  /** The name is it. */
  readonly names: readonly ByteString[];
  /** The name is a file directly in it, or is itself that directory. */
  readonly directories: readonly ByteString[];
  /** The name's last part is it. */
  readonly filenames: readonly ByteString[];
}

export const NO_NAMES: NameHint = { heads: [], names: [], directories: [], filenames: [] };

/** Rules with a text that ends at this place of the walk, by what the text is for. */
class TrieNode {
  heads = 0;
  names = 0;
  directories = 0;
  readonly next = new Map<number, TrieNode>();
}

export class NameIndex {
  readonly #root = new TrieNode();
  readonly #filenames = new Map<ByteString, number>();
  #always = 0;
  #rootDirectory = 0;

  /** `bit` is the rule's; without a hint every name concerns it. */
  add(bit: number, hint: NameHint | undefined): void {
    if (hint === undefined) {
      this.#always |= bit;
      return;
    }
    for (const head of hint.heads) this.#nodeAt(head).heads |= bit;
    for (const name of hint.names) this.#nodeAt(name).names |= bit;
    for (const directory of hint.directories) {
      if (directory === '/') this.#rootDirectory |= bit;
      this.#nodeAt(directory).directories |= bit;
    }
    for (const filename of hint.filenames) {
      this.#filenames.set(filename, (this.#filenames.get(filename) ?? 0) | bit);
    }
  }

  /** The bits of all rules that the name may concern. `filename` is its last part. */
  candidates(name: ByteString, filename: ByteString): number {
    const slash = name.lastIndexOf('/');
    let mask = this.#always | (this.#filenames.get(filename) ?? 0);
    // Directly below the root, and names without any directory, which Falco puts there, too.
    if (slash <= 0) mask |= this.#rootDirectory;
    let node: TrieNode | undefined = this.#root;
    for (let at = 0; node !== undefined; at++) {
      mask |= node.heads;
      if (at === slash) mask |= node.directories;
      if (at === name.length) return mask | node.names | node.directories;
      node = node.next.get(name.charCodeAt(at));
    }
    return mask;
  }

  #nodeAt(text: ByteString): TrieNode {
    let node = this.#root;
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at);
      let next = node.next.get(code);
      if (next === undefined) {
        next = new TrieNode();
        node.next.set(code, next);
      }
      node = next;
    }
    return node;
  }
}
