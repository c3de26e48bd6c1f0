/**
 * What a field is. Each field is one object in the file of its class; `field-catalogue.ts` lists
 * them all.
 */

import type { ByteString } from '../base/host.ts';
import type { Int64 } from '../base/int64.ts';
import type { Text } from '../base/text-table.ts';
import type { EventContext } from '../state/event-context.ts';

/**
 * One value. Strings, buffers and paths are byte strings; so are addresses (4 or 16 chars).
 * Integers are `Int64`. PT_BOOL is a boolean, PT_DOUBLE a number.
 */
export type Scalar = ByteString | Int64 | boolean;
/** Values of fields that are lists, or of ancestor fields without an index: every element. */
export type Value = Scalar | readonly Scalar[];

/**
 * undefined: the field has no value on this event. A list that is given may be used again on the
 * next event, but not by another field: callers keep values during an event.
 */
export type Extractor = (context: EventContext) => Value | undefined;

/**
 * A value in `output_fields` of an alert. `raw` is exact decimal text that JSON must print as a
 * number.
 */
export type JsonValue =
  | string
  | number
  | boolean
  | null
  | { readonly raw: string }
  | readonly string[];

/** How outputs show one use of a field: see value-text.ts. */
export interface FieldOutput {
  /** Byte string; undefined: the field has no value on this event. */
  readonly text: (context: EventContext) => ByteString | undefined;
  /** null: no value. Strings are Unicode. */
  readonly json: (context: EventContext) => JsonValue;
}

/**
 * What a value depends on, and so for how long it may be cached:
 * - moment: on when the event happened, or on how many came before it: it may differ on two events
 *   of which one follows the other and says the same;
 * - event: on the event, or on tables in a way that nothing announces: never longer than the event;
 * - thread: only on the event's thread's own attributes, until ThreadTable.touch;
 * - lineage: on the thread, its group, its ancestors, users or its container: until touch or a new
 *   lineageVersion.
 */
export type Scope = 'moment' | 'event' | 'thread' | 'lineage';

export type Known = 'absent' | { readonly value: Scalar };

/**
 * `index`: a number in brackets; `key`: any text in brackets; `either`; `name`: a dotted tail such
 * as evt.arg.NAME.
 */
export type ArgumentKind = 'index' | 'key' | 'either' | 'name';

export interface ArgumentSpec {
  readonly kind: readonly ArgumentKind[];
  readonly required: boolean;
}

export interface FieldArgument {
  /** As written, without brackets or the dot. */
  readonly text: ByteString;
  /** Whether it stood in brackets (`evt.arg[0]`) or after a dot (`evt.arg.name`). */
  readonly bracketed: boolean;
}

export interface Field {
  /** e.g. `proc.name`. */
  readonly name: string;
  /** Field class as `--list` shows it: evt, process, fd, ... */
  readonly class: string;
  /** One of `PT`. */
  readonly type: number;
  /** One of `PF`. */
  readonly format: number;
  readonly description: string;
  /** The value is a list: every element counts in comparisons. */
  readonly list?: boolean;
  readonly argument?: ArgumentSpec;
  /** Falco up to 0.40 took the argument behind a dot, too: `k8s.pod.label.app`. */
  readonly dottedArgument?: boolean;
  readonly filterOnly?: boolean;
  readonly printOnly?: boolean;
  /** Usable but not listed. */
  readonly hidden?: boolean;
  readonly deprecated?: boolean;
  /** EPF_NO_RHS: no field may stand at the right of it, nor it at the right of another. */
  readonly noRhs?: boolean;
  /** EPF_NO_TRANSFORMER. */
  readonly noTransformer?: boolean;
  /** EPF_FORMAT_SUGGESTED: appended by append_output.suggested_output. */
  readonly suggested?: boolean;
  /** Default event. */
  readonly scope?: Scope;
  /**
   * The extractor for an argument (undefined: none given). Called once per use in a rule; a string
   * result says why the argument is not valid. What depends on the argument alone is worked out
   * here, not per event.
   */
  bind(argument: FieldArgument | undefined): Extractor | string;
  /**
   * For fields whose value one interned Text decides: gives that Text, so that predicates on the
   * value can be cached by it. Undefined where the value is absent or not interned, and then
   * `bind`'s extractor decides.
   */
  readonly text?: (context: EventContext) => Text | undefined;
  /**
   * With `text`: what the value is where it is not that string itself, such as the directory of a
   * path.
   */
  readonly ofText?: (text: ByteString) => Scalar;
  /**
   * For fields whose value follows from `fd.name`, where there is one: its directory (or the name
   * itself, of a directory), or its file name. Lets a rule be left out by the name alone.
   */
  readonly partOfName?: 'directory' | 'filename';
  /**
   * The extractor only reads what is there, though the value is a string: fit to be asked before
   * others.
   */
  readonly cheap?: boolean;
  /**
   * For fields without one single value in conditions (fd.ip: either end; proc.aname: any
   * ancestor): all values to try. How many must satisfy an operator is `quantifier`. Outputs use
   * `bind`.
   */
  readonly candidates?: (argument: FieldArgument | undefined) => Extractor;
  /**
   * any: one candidate suffices, but for `!=` all must differ. some: one candidate suffices,
   * whatever the operator.
   */
  readonly quantifier?: 'any' | 'some';
  /** What `=` means where it is not equality: on evt.around, which is a distance, "at most". */
  readonly equalsMeans?: '<=';
  /**
   * What the event's type alone says of the value: 'absent', a value, or undefined for nothing.
   * Lets conditions be folded per event type; must never be more than is true of every event of
   * that type.
   */
  readonly known?: (eventType: number, argument: FieldArgument | undefined) => Known | undefined;
  /** For numbers: no event has a lesser one. Decides conditions such as evt.num = 0. */
  readonly minimum?: number;
  /** For text that joins a list (proc.args): the list itself, for transformers that take lists. */
  readonly elements?: Extractor;
  /**
   * How outputs show the field, where its type and format do not say it: times are numbers in JSON,
   * evt.rawarg has the type of the event's parameter. Only for arguments that `bind` accepts;
   * everything else goes through value-text.ts `outputOf`.
   */
  readonly output?: (argument: FieldArgument | undefined) => FieldOutput;
  /** Type of this field with this argument where it varies (evt.rawarg). */
  typeOf?(argument: FieldArgument | undefined): number;
}
