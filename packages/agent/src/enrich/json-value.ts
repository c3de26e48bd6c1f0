/**
 * JSON from a runtime, read without trust in its shape: what has another type than expected counts
 * as absent.
 */

export type JsonObject = { readonly [key: string]: unknown };

export function objectOf(value: unknown): JsonObject {
  return isObject(value) ? value : {};
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

export function textsOf(value: unknown): string[] {
  return listOf(value).filter((item) => typeof item === 'string');
}

export function textMapOf(value: unknown): Map<string, string> {
  const entries = Object.entries(objectOf(value));
  return new Map(entries.map(([key, item]) => [key, textOf(item)]));
}

export function numberOf(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}

/** For limits where 0 means that none was set. */
export function positiveOr(value: unknown, otherwise: number): number {
  const number = numberOf(value);
  return number > 0 ? number : otherwise;
}

/** The value of nested objects at `path`; undefined where one of them is absent. */
export function valueAt(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>((object, key) => objectOf(object)[key], value);
}

/** {} for what is no JSON. */
export function parseObject(text: string): JsonObject {
  try {
    return objectOf(JSON.parse(text));
  } catch {
    // A part of an answer that is not understood: what it would have told stays unknown.
    return {};
  }
}
