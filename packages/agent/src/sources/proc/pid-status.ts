/** /proc/<pid>/status: lines of `Name:<tab>value`, whose order never changed. */

import type { ByteString } from '@saker/core/base/host.ts';
import { type Int64, normalise64 } from '@saker/core/base/int64.ts';

export interface PidStatus {
  readonly pid: number;
  readonly ppid: number;
  /** Effective, as events have them. */
  readonly uid: number;
  readonly gid: number;
  /** What access to files is judged by. */
  readonly fsuid: number;
  readonly fsgid: number;
  readonly groups: readonly number[];
  /**
   * Ids from the pid namespace of /proc down to the task's own: more than one in a container.
   * Missing before Linux 4.1.
   */
  readonly nsPids: readonly number[];
  readonly nsTids: readonly number[];
  readonly nsPgids: readonly number[];
  readonly vmSizeKb: number;
  readonly vmRssKb: number;
  readonly vmSwapKb: number;
  readonly capInheritable: Int64;
  readonly capPermitted: Int64;
  readonly capEffective: Int64;
}

/** Looks for one line after the other, each from where the last was found. */
class Lines {
  readonly #text: ByteString;
  #at = 0;

  constructor(text: ByteString) {
    this.#text = text;
  }

  /** The value after `\nName:\t`; "" when there is no such line, as of a thread without memory. */
  value(key: string): ByteString {
    const found = this.#text.indexOf(key, this.#at);
    if (found < 0) return '';
    const start = found + key.length;
    const end = this.#text.indexOf('\n', start);
    this.#at = end < 0 ? this.#text.length : end;
    return this.#text.slice(start, this.#at);
  }

  /** `1 kB` has one, `1<tab>2` two. */
  numbers(key: string): number[] {
    return (this.value(key).match(/\d+/g) ?? []).map(Number);
  }

  first(key: string): number {
    return Number.parseInt(this.value(key), 10) || 0;
  }

  hex(key: string): Int64 {
    const value = this.value(key).trim();
    return /^[0-9a-f]{1,16}$/.test(value) ? normalise64(BigInt(`0x${value}`)) : 0;
  }
}

/** Undefined when the text is not that of a task. */
export function parsePidStatus(text: ByteString): PidStatus | undefined {
  const lines = new Lines(text);
  const pid = lines.first('\nTgid:\t');
  if (pid === 0) return undefined;
  const ppid = lines.first('\nPPid:\t');
  // Real, effective, saved, of the file system.
  const [, uid = 0, , fsuid = uid] = lines.numbers('\nUid:\t');
  const [, gid = 0, , fsgid = gid] = lines.numbers('\nGid:\t');
  return {
    pid,
    ppid,
    uid,
    gid,
    fsuid,
    fsgid,
    groups: lines.numbers('\nGroups:\t'),
    nsPids: lines.numbers('\nNStgid:\t'),
    nsTids: lines.numbers('\nNSpid:\t'),
    nsPgids: lines.numbers('\nNSpgid:\t'),
    vmSizeKb: lines.first('\nVmSize:\t'),
    vmRssKb: lines.first('\nVmRSS:\t'),
    vmSwapKb: lines.first('\nVmSwap:\t'),
    capInheritable: lines.hex('\nCapInh:\t'),
    capPermitted: lines.hex('\nCapPrm:\t'),
    capEffective: lines.hex('\nCapEff:\t'),
  };
}
