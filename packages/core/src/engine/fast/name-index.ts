/**
 * Which of many rules a file's name can concern at all: those with a path that the name begins with, those
 * with the name's last part, and those that say neither. One walk along the name instead of one test per rule.
 */

import type { ByteString } from '../../base/host.ts';

/** What a name must be like: begin with one of the heads, or have one of the file names. */
export interface NameHint {
  readonly heads: readonly ByteString[];
  readonly filenames: readonly ByteString[];
}

interface TrieNode {
  /** Of rules with a head that ends here. */
  mask: number;
  readonly next: Map<number, TrieNode>;
}

function newNode(): TrieNode {
  return { mask: 0, next: new Map() };
}

export class NameIndex {
  readonly #root = newNode();
  readonly #filenames = new Map<ByteString, number>();
  #always = 0;

  /** `bit` is the rule's; without a hint every name concerns it. */
  add(bit: number, hint: NameHint | undefined): void {
    if (hint === undefined) {
      this.#always |= bit;
      return;
    }
    for (const head of hint.heads) this.#addHead(head, bit);
    for (const filename of hint.filenames) {
      this.#filenames.set(filename, (this.#filenames.get(filename) ?? 0) | bit);
    }
  }

  /** The bits of all rules that the name may concern. */
  candidates(name: ByteString, filename: ByteString): number {
    let mask = this.#always | (this.#filenames.get(filename) ?? 0);
    let node: TrieNode | undefined = this.#root;
    for (let at = 0; node !== undefined; at++) {
      mask |= node.mask;
      node = at < name.length ? node.next.get(name.charCodeAt(at)) : undefined;
    }
    return mask;
  }

  #addHead(head: ByteString, bit: number): void {
    let node = this.#root;
    for (let at = 0; at < head.length; at++) {
      const code = head.charCodeAt(at);
      let next = node.next.get(code);
      if (next === undefined) {
        next = newNode();
        node.next.set(code, next);
      }
      node = next;
    }
    node.mask |= bit;
  }
}
