/**
 * `metrics.output_file`: samples as lines of JSON. Written by Node's pool: a slow disk keeps nobody
 * waiting, and what comes while a line is still being written is lost and counted.
 */

import { closeSync, openSync } from 'node:fs';
import { appendFile } from 'node:fs/promises';
import type { JsonValue } from '@saker/core/fields/field.ts';
import { reasonOf } from '../host/errno.ts';
import type { SnapshotFields } from './snapshot-fields.ts';

/** The file cannot be opened. */
export class SnapshotFileError extends Error {
  override readonly name = 'SnapshotFileError';
}

export class SnapshotFile {
  /** Samples that were not written. */
  lost = 0;
  readonly #path: string;
  readonly #onProblem: (message: string) => void;
  #writing: Promise<void> | undefined = undefined;

  /** SnapshotFileError when it cannot be opened, which ends Falco, too. */
  constructor(path: string, onProblem: (message: string) => void) {
    this.#path = path;
    this.#onProblem = onProblem;
    try {
      closeSync(openSync(path, 'a'));
    } catch (cause) {
      const message = `cannot open the metrics.output_file ${path}: ${reasonOf(cause)}`;
      throw new SnapshotFileError(message, { cause });
    }
  }

  write(sample: number, fields: readonly SnapshotFields[]): void {
    if (this.#writing !== undefined) {
      this.lost++;
      return;
    }
    const lines = fields.map((each) => snapshotLine(sample, each)).join('');
    this.#writing = this.#append(lines);
  }

  /** What was given is written. */
  async closed(): Promise<void> {
    await this.#writing;
  }

  /** Opened for each line, so that the file may be moved away. */
  async #append(lines: string): Promise<void> {
    try {
      await appendFile(this.#path, lines);
    } catch (error) {
      this.lost++;
      this.#onProblem(`cannot write to ${this.#path}: ${reasonOf(error)}`);
    }
    this.#writing = undefined;
  }
}

/** Keys in alphabetical order, as Falco's JSON has them. */
function snapshotLine(sample: number, fields: SnapshotFields): string {
  const members = Object.entries(fields)
    .toSorted(([left], [right]) => (left < right ? -1 : 1))
    .map(([name, value]) => `${JSON.stringify(name)}:${jsonText(value)}`);
  return `{"output_fields":{${members.join(',')}},"sample":${sample}}\n`;
}

function jsonText(value: JsonValue): string {
  if (typeof value === 'object' && value !== null && 'raw' in value) return value.raw;
  return JSON.stringify(value);
}
