/** What of a configuration cannot be used, or is used in another way than it says. */

import type { Diagnostic } from '@saker/core/base/diagnostic.ts';
import { suggest } from '@saker/core/base/suggest.ts';
import { type ConfigNode, describeNode } from './config-node.ts';
import type { ConfigReader } from './config-reader.ts';
import { configProblem } from './config-text.ts';

export class ConfigProblems {
  readonly found: Diagnostic[] = [];
  readonly #reader: ConfigReader;

  constructor(reader: ConfigReader) {
    this.#reader = reader;
  }

  /**
   * A value that decides what is done must be one of its choices; the check has named them already.
   */
  choice<Choice extends string>(path: string, choices: readonly Choice[]): Choice {
    const written = this.#reader.choice(path);
    const found = choices.find((choice) => choice === written);
    if (found !== undefined) return found;
    const node = this.#reader.node(path);
    const what = node === undefined ? 'nothing' : describeNode(node);
    const meant = node?.kind === 'scalar' ? suggest(node.text, choices) : undefined;
    const hint = meant === undefined ? undefined : `did you mean "${meant}"?`;
    this.at(path, `${path}: expected one of ${choices.join(', ')}, found ${what}`, hint);
    return choices[0] as Choice;
  }

  /** A number that decides what is done must be one, and in its range. */
  number(path: string): number {
    const problem = this.#reader.numberProblem(path);
    if (problem !== undefined) this.at(path, problem);
    return this.#reader.number(path);
  }

  at(path: string, message: string, hint?: string): void {
    const node = this.#reader.node(path);
    if (node !== undefined) this.node(node, message, hint);
  }

  warn(path: string, message: string): void {
    const node = this.#reader.node(path);
    if (node !== undefined) {
      this.found.push(configProblem('CONFIG_WARN_VALUE', node.place, message, 'warning'));
    }
  }

  node(node: ConfigNode, message: string, hint?: string): void {
    const problem = configProblem('CONFIG_ERR_VALUE', node.place, message);
    this.found.push(hint === undefined ? problem : { ...problem, hint });
  }
}
