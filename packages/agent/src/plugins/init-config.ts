/**
 * init_config against the JSON Schema that a plugin has for it: the part of JSON Schema that
 * schemas of configurations are written in. What a schema says beyond it is not looked at; the
 * plugin itself is.
 */

import { suggest } from '@saker/core/base/suggest.ts';

export interface ConfigProblem {
  /** Whether the plugin must not get it; else it is only worth telling. */
  readonly isError: boolean;
  readonly message: string;
}

type Schema = Readonly<Record<string, unknown>>;

/** References and objects inside each other: no configuration has as many. */
const DEPTH_MAX = 32;
const PROBLEMS_MAX = 20;

export function checkInitConfig(config: unknown, schema: Schema): readonly ConfigProblem[] {
  const check = new SchemaCheck(schema);
  check.visit(config ?? {}, schema, ['init_config']);
  return check.problems;
}

class SchemaCheck {
  readonly problems: ConfigProblem[] = [];
  readonly #root: Schema;

  constructor(root: Schema) {
    this.#root = root;
  }

  visit(value: unknown, reference: Schema, path: readonly string[]): void {
    if (path.length > DEPTH_MAX) return;
    const schema = this.#resolve(reference);
    if (!this.#hasType(value, schema, path)) return;
    this.#checkEnum(value, schema, path);
    if (typeof value === 'number') this.#checkRange(value, schema, path);
    if (Array.isArray(value)) {
      const items = objectAt(schema, 'items');
      for (const [at, item] of value.entries()) {
        if (items !== undefined) this.visit(item, items, [...path, String(at)]);
      }
    } else if (isObject(value)) {
      this.#checkObject(value, schema, path);
    }
  }

  #report(path: readonly string[], message: string, isError = true): void {
    if (this.problems.length < PROBLEMS_MAX) {
      this.problems.push({ isError, message: `${path.join('.')}: ${message}` });
    }
  }

  /** `#/definitions/Name` and `#/$defs/Name`, as generators of schemas write them. */
  #resolve(schema: Schema): Schema {
    let found = schema;
    for (let steps = 0; steps < DEPTH_MAX; steps++) {
      const reference = found['$ref'];
      if (typeof reference !== 'string' || !reference.startsWith('#/')) return found;
      let target: unknown = this.#root;
      for (const step of reference.slice(2).split('/')) {
        target = isObject(target) && Object.hasOwn(target, step) ? target[step] : undefined;
      }
      if (!isObject(target)) return {};
      found = target;
    }
    return {};
  }

  #hasType(value: unknown, { type }: Schema, path: readonly string[]): boolean {
    const allowed = typeof type === 'string' ? [type] : Array.isArray(type) ? type.map(String) : [];
    const found = typeName(value);
    const fits =
      allowed.length === 0 ||
      allowed.includes(found) ||
      (found === 'integer' && allowed.includes('number'));
    if (!fits) this.#report(path, `expected ${withArticles(allowed)}, found ${shown(value)}`);
    return fits;
  }

  #checkEnum(value: unknown, schema: Schema, path: readonly string[]): void {
    const allowed = schema['enum'];
    if (!Array.isArray(allowed) || allowed.includes(value)) return;
    this.#report(
      path,
      `expected one of ${allowed.map((each) => JSON.stringify(each)).join(', ')}, found ${shown(value)}`,
    );
  }

  #checkRange(value: number, schema: Schema, path: readonly string[]): void {
    const { minimum, maximum } = schema;
    if (typeof minimum === 'number' && value < minimum) {
      this.#report(path, `expected at least ${minimum}, found ${value}`);
    }
    if (typeof maximum === 'number' && value > maximum) {
      this.#report(path, `expected at most ${maximum}, found ${value}`);
    }
  }

  #checkObject(value: JsonObject, schema: Schema, path: readonly string[]): void {
    const properties = objectAt(schema, 'properties') ?? {};
    const required = schema['required'];
    for (const key of Array.isArray(required) ? required.map(String) : []) {
      if (!Object.hasOwn(value, key)) this.#report(path, `"${key}" is missing`);
    }
    const more = schema['additionalProperties'];
    for (const [key, inner] of Object.entries(value)) {
      const known = Object.hasOwn(properties, key) ? properties[key] : undefined;
      if (isObject(known)) this.visit(inner, known, [...path, key]);
      else if (known !== undefined) continue;
      else if (isObject(more)) this.visit(inner, more, [...path, key]);
      else if (more !== true)
        this.#reportUnknown(key, Object.keys(properties), path, more === false);
    }
  }

  #reportUnknown(
    key: string,
    known: readonly string[],
    path: readonly string[],
    isError: boolean,
  ): void {
    if (known.length === 0 && !isError) return;
    const meant = suggest(key, known);
    const hint = meant === undefined ? `known: ${known.join(', ')}` : `did you mean "${meant}"?`;
    this.#report(path, `there is no "${key}"; ${hint}`, isError);
  }
}

interface JsonObject {
  readonly [key: string]: unknown;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function objectAt(schema: Schema, key: string): JsonObject | undefined {
  const value = schema[key];
  return isObject(value) ? value : undefined;
}

function typeName(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return Number.isInteger(value) ? 'integer' : typeof value;
}

function withArticles(types: readonly string[]): string {
  return types.map((type) => (/^[aeiou]/.test(type) ? `an ${type}` : `a ${type}`)).join(' or ');
}

/** Values may be secrets: of texts only what they are is told. */
function shown(value: unknown): string {
  if (typeof value === 'string') return 'a string';
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return value === null ? 'null' : withArticles([typeName(value)]);
}
