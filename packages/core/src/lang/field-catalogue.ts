/**
 * What the language needs to know of fields, without knowing any: names, types, arguments.
 * core/fields gives one for the syscall source; plugins' fields are another.
 */

import type { FieldRef } from './ast.ts';

/**
 * What a check or a template may do with a field. Types and formats are numbers of the event table
 * (`PT`, `PF`).
 */
export interface FieldFacts {
  /** The field's own name, without argument: for `evt.arg.name` it is `evt.arg`. */
  readonly name: string;
  readonly type: number;
  readonly list: boolean;
  readonly filterOnly: boolean;
  readonly printOnly: boolean;
  readonly deprecated: boolean;
  readonly noRhs: boolean;
  readonly noTransformer: boolean;
  /** The value is one text, but `join` and `getopt` take its elements: proc.args. */
  readonly elements?: boolean;
}

export interface FieldProblem {
  /** unknown: no such field; argument: missing, not wanted or not valid. */
  readonly problem: 'unknown' | 'argument';
  /** In Falco's words: `-V` prints it. */
  readonly message: string;
  /** In ours: what is wrong with the argument. */
  readonly hint?: string;
  /** The reference that may have been meant, where it has another argument. Found when read. */
  readonly meant?: string | undefined;
}

export interface FieldCatalogue {
  /** The field that a reference names, or what is wrong with it. */
  resolve(reference: FieldRef): FieldFacts | FieldProblem;
  /**
   * The longest beginning of `text` that is a field with its argument, for templates: its length,
   * or 0. `%evt.type.is[2]` is `evt.type` followed by text, as Falco reads it.
   */
  longestField(text: string): number;
  /**
   * Whether `name` may be the value of evt.type: an event, a system call, or a plugin's async
   * event.
   */
  isEventType(name: string): boolean;
  /** All names for which `isEventType` holds, for suggestions. */
  eventTypes?(): Iterable<string>;
  /** All names, for suggestions. */
  names(): Iterable<string>;
}
