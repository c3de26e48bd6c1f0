/**
 * The part of JSON Schema (draft 6) that the schema of rules files uses, on YAML values. Falco
 * validates with weak types: a YAML scalar is whatever its text can be read as. Messages and their
 * order are Falco's: the innermost first, then those of what is around it.
 */

import type { YamlMap, YamlNode, YamlSequence } from '../yaml/yaml-node.ts';

type TypeName = 'array' | 'boolean' | 'integer' | 'object' | 'string';

export interface Schema {
  readonly $schema?: string;
  readonly $ref?: string;
  readonly title?: string;
  readonly type?: TypeName;
  readonly anyOf?: readonly Schema[];
  readonly enum?: readonly string[];
  readonly items?: Schema;
  readonly minProperties?: number;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: false;
  /** Sorted: the order of messages. */
  readonly required?: readonly string[];
  readonly definitions?: Readonly<Record<string, Schema>>;
}

export interface SchemaProblem {
  /** `<root>[0][priority]` */
  readonly path: string;
  readonly message: string;
}

/** Problems of one document that are kept. */
const PROBLEMS_MAX = 1000;

/** Empty when the value fits. */
export function validate(value: YamlNode, schema: Schema): SchemaProblem[] {
  const definitions = schema.definitions ?? {};
  if (fits(value, schema, definitions)) return [];
  const validator = new Validator(definitions, []);
  validator.visit(value, schema);
  return validator.problems;
}

type Definitions = Readonly<Record<string, Schema>>;

function resolve(schema: Schema, definitions: Definitions): Schema {
  const name = schema.$ref?.slice('#/definitions/'.length);
  return name === undefined ? schema : (definitions[name] ?? {});
}

/** The same as `Validator` without the messages: most files are in order, and are read at start. */
function fits(value: YamlNode, reference: Schema, definitions: Definitions): boolean {
  const schema = resolve(reference, definitions);
  const { type, anyOf, items } = schema;
  if (type !== undefined && !hasType(value, type)) return false;
  // From behind: the schema of list items has the text, which nearly all are, last.
  if (
    anyOf !== undefined &&
    anyOf.findLast((inner) => fits(value, inner, definitions)) === undefined
  )
    return false;
  if (schema.enum !== undefined && !isOneOf(value, schema.enum)) return false;
  if (value.kind === 'sequence' && items !== undefined) {
    for (let at = 0; at < value.items.length; at++) {
      const item = value.items[at];
      if (item !== undefined && !fits(item, items, definitions)) return false;
    }
  }
  return !isObject(value) || objectFits(value, schema, definitions);
}

function objectFits(
  value: YamlMap | YamlSequence,
  { properties, additionalProperties, minProperties = 0, required = [] }: Schema,
  definitions: Definitions,
): boolean {
  const entries = value.kind === 'map' ? value.entries : [];
  if (entries.length < minProperties) return false;
  const seen = new Set<string>();
  for (const { key, value: inner } of entries) {
    const name = key.kind === 'scalar' ? key.text : 'null';
    const known = properties !== undefined && Object.hasOwn(properties, name);
    // A key that stands twice is one property too many.
    if (additionalProperties === false && (!known || seen.has(name))) return false;
    const schema = known ? properties[name] : undefined;
    if (schema !== undefined && !seen.has(name) && !fits(inner, schema, definitions)) return false;
    seen.add(name);
  }
  return required.every((name) => seen.has(name));
}

function isOneOf(value: YamlNode, allowed: readonly string[]): boolean {
  return value.kind === 'scalar' && allowed.includes(value.text);
}

class Validator {
  readonly problems: SchemaProblem[] = [];
  readonly #definitions: Definitions;
  /** Indexes and keys from the root to the value that is being visited. */
  readonly #path: (number | string)[];

  constructor(definitions: Definitions, path: readonly (number | string)[]) {
    this.#definitions = definitions;
    this.#path = [...path];
  }

  /** Whether `value` fits `schema`. All constraints are looked at, for all problems. */
  visit(value: YamlNode, schema: Schema): boolean {
    const resolved = resolve(schema, this.#definitions);
    let valid = this.#type(value, resolved);
    valid = this.#anyOf(value, resolved) && valid;
    valid = this.#enum(value, resolved) && valid;
    valid = this.#items(value, resolved) && valid;
    valid = this.#properties(value, resolved) && valid;
    return this.#required(value, resolved) && valid;
  }

  #visitInner(step: number | string, value: YamlNode, schema: Schema): boolean {
    this.#path.push(step);
    const valid = this.visit(value, schema);
    this.#path.pop();
    return valid;
  }

  #fail(message: string): false {
    if (this.problems.length >= PROBLEMS_MAX) return false;
    const path = `<root>${this.#path.map((step) => `[${step}]`).join('')}`;
    this.problems.push({ path, message });
    return false;
  }

  #type(value: YamlNode, { type }: Schema): boolean {
    if (type === undefined || hasType(value, type)) return true;
    return this.#fail("Value type not permitted by 'type' constraint.");
  }

  #anyOf(value: YamlNode, { anyOf }: Schema): boolean {
    if (anyOf === undefined) return true;
    if (anyOf.some((schema) => fits(value, schema, this.#definitions))) return true;
    const inner = new Validator(this.#definitions, this.#path);
    for (const [index, schema] of anyOf.entries()) {
      inner.visit(value, schema);
      inner.#fail(`Failed to validate against child schema #${index}.`);
    }
    this.problems.push(...inner.problems);
    return this.#fail('Failed to validate against any schemas allowed by anyOf constraint.');
  }

  #enum(value: YamlNode, { enum: allowed }: Schema): boolean {
    if (allowed === undefined || isOneOf(value, allowed)) return true;
    return this.#fail('Failed to match against any enum values.');
  }

  #items(value: YamlNode, { items }: Schema): boolean {
    if (items === undefined || value.kind !== 'sequence') return true;
    let valid = true;
    value.items.forEach((item, index) => {
      if (this.#visitInner(index, item, items)) return;
      valid = this.#fail(`Failed to validate item #${index} in array.`);
    });
    return valid;
  }

  #properties(value: YamlNode, schema: Schema): boolean {
    if (!isObject(value)) return true;
    const entries = value.kind === 'map' ? value.entries : [];
    let valid = true;
    if (entries.length < (schema.minProperties ?? 0)) {
      const message = `Object should have no fewer than ${schema.minProperties} properties.`;
      valid = this.#fail(message);
    }
    const { properties } = schema;
    if (properties === undefined) return valid;
    const known = new Map<string, YamlNode>();
    let unwanted: string | undefined;
    for (const { key, value: inner } of entries) {
      const name = key.kind === 'scalar' ? key.text : 'null';
      if (Object.hasOwn(properties, name)) known.set(name, known.get(name) ?? inner);
      else unwanted ??= name;
    }
    for (const [name, inner] of sortedByName(known)) {
      if (this.#visitInner(name, inner, properties[name] ?? {})) continue;
      const message = `Failed to validate against schema associated with property name '${name}'.`;
      valid = this.#fail(message);
    }
    if (schema.additionalProperties !== false || known.size === entries.length) return valid;
    return this.#fail(
      `Object contains a property that could not be validated using 'properties' or 'additionalProperties' constraints: '${unwanted ?? ''}'.`,
    );
  }

  #required(value: YamlNode, { required = [] }: Schema): boolean {
    if (!isObject(value)) return true;
    const entries = value.kind === 'map' ? value.entries : [];
    let valid = true;
    for (const name of required) {
      if (entries.some(({ key }) => key.kind === 'scalar' && key.text === name)) continue;
      valid = this.#fail(`Missing required property '${name}'.`);
    }
    return valid;
  }
}

/** Falco goes through the properties of a schema in the order of their names. */
function sortedByName(values: ReadonlyMap<string, YamlNode>): [string, YamlNode][] {
  return [...values].sort(([left], [right]) => (left < right ? -1 : 1));
}

/** Empty collections count as each other, and as an empty text. */
function isObject(value: YamlNode): value is YamlMap | YamlSequence {
  return value.kind === 'map' || (value.kind === 'sequence' && value.items.length === 0);
}

function isEmptyCollection(value: YamlNode): boolean {
  if (value.kind === 'map') return value.entries.length === 0;
  return value.kind === 'sequence' && value.items.length === 0;
}

const INT64_MAX = 2n ** 63n - 1n;
/** Fewer characters than this are in range. */
const INT64_DIGITS = 19;

function hasType(value: YamlNode, type: TypeName): boolean {
  switch (type) {
    case 'array':
      return value.kind === 'sequence' || (value.kind === 'map' && isEmptyCollection(value));
    case 'object':
      return isObject(value);
    case 'string':
      return value.kind === 'scalar' || isEmptyCollection(value);
    case 'boolean':
      return value.kind === 'scalar' && (value.text === 'true' || value.text === 'false');
    case 'integer': {
      if (value.kind !== 'scalar' || !/^\s*[+-]?[0-9]{1,19}$/.test(value.text)) return false;
      if (value.text.length < INT64_DIGITS) return true;
      const number = BigInt(value.text.replace('+', ''));
      return number <= INT64_MAX && number >= -INT64_MAX - 1n;
    }
  }
}
