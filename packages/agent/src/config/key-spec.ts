/** How a configuration key is described: for checking, for defaults, for the JSON schema. */

interface Common {
  readonly meaning: string;
  /** A key that Falco had in older versions. */
  readonly old?: OldKey;
  /** What it holds is not shown to anybody (secrets.ts). */
  readonly secret?: true;
  /** Saker's own: Falco warns of it and ignores it. */
  readonly own?: true;
}

/**
 * What became of a key that Falco had `before` that version, and what Saker does with it: its value
 * is read as that of another key, or it still works and there is a modern form, or it does nothing.
 */
export type OldKey = { readonly before?: string } & (
  | { readonly movedTo: string }
  | { readonly modernForm: string }
  | { readonly whyNothing: string }
);

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

export function old<Spec extends KeySpec>(spec: Spec, became: OldKey): Spec {
  return { ...spec, old: became };
}

export function secret<Spec extends KeySpec>(spec: Spec): Spec {
  return { ...spec, secret: true };
}

export function own<Spec extends KeySpec>(spec: Spec): Spec {
  return { ...spec, own: true };
}

interface Limits {
  readonly minimum?: number;
  readonly maximum?: number;
}
