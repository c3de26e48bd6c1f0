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
  if (new Validator(definitions, undefined).visit(value, schema)) return [];
  const validator = new Validator(definitions, []);
  validator.visit(value, schema);
  return validator.problems;
}

class Validator {
  readonly problems: SchemaProblem[] = [];
  readonly #definitions: Readonly<Record<string, Schema>>;
  /**
   * Indexes and keys from the root to the value that is being visited; undefined when nothing is to
   * be reported.
   */
  readonly #path: (number | string)[] | undefined;

  constructor(
    definitions: Readonly<Record<string, Schema>>,
    path: readonly (number | string)[] | undefined,
  ) {
    this.#definitions = definitions;
    this.#path = path && [...path];
  }

  /** Whether `value` fits `schema`. All constraints are looked at, for all problems. */
  visit(value: YamlNode, schema: Schema): boolean {
    const resolved = this.#resolve(schema);
    let valid = this.#type(value, resolved);
    valid = this.#anyOf(value, resolved) && valid;
    valid = this.#enum(value, resolved) && valid;
    valid = this.#items(value, resolved) && valid;
    valid = this.#properties(value, resolved) && valid;
    return this.#required(value, resolved) && valid;
  }

  #visitInner(step: number | string, value: YamlNode, schema: Schema): boolean {
    this.#path?.push(step);
    const valid = this.visit(value, schema);
    this.#path?.pop();
    return valid;
  }

  #resolve(schema: Schema): Schema {
    const name = schema.$ref?.slice('#/definitions/'.length);
    return name === undefined ? schema : (this.#definitions[name] ?? {});
  }

  #fail(message: string): false {
    if (this.#path === undefined || this.problems.length >= PROBLEMS_MAX) return false;
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
    const quiet = new Validator(this.#definitions, undefined);
    if (anyOf.some((schema) => quiet.visit(value, schema))) return true;
    const inner = new Validator(this.#definitions, this.#path);
    for (const [index, schema] of anyOf.entries()) {
      inner.visit(value, schema);
      inner.#fail(`Failed to validate against child schema #${index}.`);
    }
    this.problems.push(...inner.problems);
    return this.#fail('Failed to validate against any schemas allowed by anyOf constraint.');
  }

  #enum(value: YamlNode, { enum: allowed }: Schema): boolean {
    if (allowed === undefined) return true;
    if (value.kind === 'scalar' && allowed.includes(value.text)) return true;
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
      const number = BigInt(value.text.replace('+', ''));
      return number <= INT64_MAX && number >= -INT64_MAX - 1n;
    }
  }
}
