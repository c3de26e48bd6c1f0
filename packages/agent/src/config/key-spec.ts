/** How a configuration key is described: for checking, for defaults, for the JSON schema. */

interface Common {
  readonly meaning: string;
  /** Accepted, checked, and not acted on by this version. */
  readonly later?: true;
}

export interface BooleanSpec extends Common {
  readonly type: 'boolean';
  readonly fallback?: boolean;
}

export interface NumberSpec extends Common {
  readonly type: 'integer' | 'number';
  readonly fallback?: number;
  readonly minimum?: number;
  readonly maximum?: number;
}

export interface StringSpec extends Common {
  readonly type: 'string';
  readonly fallback?: string;
  readonly choices?: readonly string[];
  /** Choices are compared without regard to case. */
  readonly anyCase?: true;
}

export interface ListSpec extends Common {
  readonly type: 'list';
  readonly items: KeySpec;
  readonly fallback?: readonly unknown[];
}

export interface SectionSpec extends Common {
  readonly type: 'section';
  readonly keys: Readonly<Record<string, KeySpec>>;
  readonly required?: readonly string[];
}

/** Keys of the user's own choice, with texts as values. */
export interface TextMapSpec extends Common {
  readonly type: 'text-map';
}

export interface EitherSpec extends Common {
  readonly type: 'either';
  readonly of: readonly KeySpec[];
}

/** Anything: what a plugin is given. */
export interface AnySpec extends Common {
  readonly type: 'any';
}

export type KeySpec =
  | BooleanSpec
  | NumberSpec
  | StringSpec
  | ListSpec
  | SectionSpec
  | TextMapSpec
  | EitherSpec
  | AnySpec;

export function bool(meaning: string, fallback?: boolean): BooleanSpec {
  return { type: 'boolean', meaning, ...(fallback === undefined ? {} : { fallback }) };
}

export function integer(meaning: string, fallback?: number, limits?: Limits): NumberSpec {
  return { type: 'integer', meaning, ...(fallback === undefined ? {} : { fallback }), ...limits };
}

export function decimal(meaning: string, fallback: number, limits?: Limits): NumberSpec {
  return { type: 'number', meaning, fallback, ...limits };
}

export function text(meaning: string, fallback?: string): StringSpec {
  return { type: 'string', meaning, ...(fallback === undefined ? {} : { fallback }) };
}

export function choice(
  meaning: string,
  choices: readonly string[],
  fallback?: string,
  anyCase?: true,
): StringSpec {
  return {
    type: 'string',
    meaning,
    choices,
    ...(fallback === undefined ? {} : { fallback }),
    ...(anyCase === undefined ? {} : { anyCase }),
  };
}

export function list(meaning: string, items: KeySpec, fallback?: readonly unknown[]): ListSpec {
  return { type: 'list', meaning, items, ...(fallback === undefined ? {} : { fallback }) };
}

export function section(
  meaning: string,
  keys: Readonly<Record<string, KeySpec>>,
  required?: readonly string[],
): SectionSpec {
  return { type: 'section', meaning, keys, ...(required === undefined ? {} : { required }) };
}

export function later<Spec extends KeySpec>(spec: Spec): Spec {
  return { ...spec, later: true };
}

interface Limits {
  readonly minimum?: number;
  readonly maximum?: number;
}
