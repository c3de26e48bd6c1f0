/**
 * Reads the keys of one mapping of a rules file. A method gives undefined for what is not there or
 * not right, which it has then reported; `failed` tells whether anything was. Keys are read in
 * Falco's order, because of several problems it reports the first.
 */

import { suggest } from '../base/suggest.ts';
import type { ErrorCode } from './result/codes.ts';
import type { FileReport, OwnWords } from './result/file-report.ts';
import type { ItemContext } from './result/item-context.ts';
import {
  booleanOf,
  entryOf,
  uint32Of,
  valueOf,
  type YamlMap,
  type YamlNode,
  type YamlScalar,
} from './yaml/yaml-node.ts';

export class ItemReader {
  readonly map: YamlMap;
  readonly report: FileReport;
  readonly context: ItemContext;
  #failed = false;

  constructor(map: YamlMap, context: ItemContext, report: FileReport) {
    this.map = map;
    this.report = report;
    this.context = context;
  }

  get failed(): boolean {
    return this.#failed;
  }

  has(key: string): boolean {
    return valueOf(this.map, key) !== undefined;
  }

  /** Always undefined, so that a reader can return it. */
  fail(message: string, context: ItemContext = this.context, own?: OwnWords): undefined {
    return this.failWith('LOAD_ERR_YAML_VALIDATE', message, context, own);
  }

  failWith(code: ErrorCode, message: string, context: ItemContext, own?: OwnWords): undefined {
    this.#failed = true;
    this.report.error(code, message, context, own);
    return undefined;
  }

  /** The reader of a list, macro or rule, which is known by its name in messages from then on. */
  static named(
    kind: 'list' | 'macro' | 'rule',
    map: YamlMap,
    file: ItemContext,
    report: FileReport,
  ): { readonly name: string; readonly item: ItemReader } | undefined {
    const name = new ItemReader(map, file.child(kind, map), report).text(kind);
    if (name === undefined) return undefined;
    return { name, item: new ItemReader(map, file.child(kind, map, name), report) };
  }

  /** Of a key that must be there and must not be empty. */
  scalar(key: string): YamlScalar | undefined {
    const value = valueOf(this.map, key);
    if (value === undefined) return this.#missing(key);
    if (value.kind === 'null') {
      return this.fail(`Mapping for key '${key}' is empty`, this.context, {
        span: this.#keySpan(key),
      });
    }
    const context = this.context.child('value for', value, key);
    if (value.kind !== 'scalar') return this.fail('Value is not a scalar value', context);
    if (value.text === '') return this.fail('Value must be non-empty', context);
    return value;
  }

  text(key: string): string | undefined {
    return this.scalar(key)?.text;
  }

  optionalText(key: string): string | undefined {
    return this.has(key) ? this.text(key) : undefined;
  }

  /** `source: ` counts as absent. */
  optionalTextOrEmpty(key: string): string | undefined {
    const value = valueOf(this.map, key);
    const empty = value?.kind === 'null' || (value?.kind === 'scalar' && value.text === '');
    return empty ? undefined : this.optionalText(key);
  }

  boolean(key: string): boolean | undefined {
    return this.#converted(key, booleanOf, 'true or false');
  }

  optionalBoolean(key: string): boolean | undefined {
    return this.has(key) ? this.boolean(key) : undefined;
  }

  uint32(key: string): number | undefined {
    return this.#converted(key, uint32Of, 'a whole number that is not negative');
  }

  optionalUint32(key: string): number | undefined {
    return this.has(key) ? this.uint32(key) : undefined;
  }

  #converted<T>(
    key: string,
    convert: (text: string) => T | undefined,
    want: string,
  ): T | undefined {
    const scalar = this.scalar(key);
    if (scalar === undefined) return undefined;
    const value = convert(scalar.text);
    if (value !== undefined) return value;
    const context = this.context.child('value for', scalar, key);
    return this.fail("Can't decode YAML scalar value", context, {
      message: `"${scalar.text}" is not a value for "${key}", which takes ${want}`,
    });
  }

  /** The items of a sequence of scalars. */
  scalars(key: string): readonly YamlScalar[] | undefined {
    const value = valueOf(this.map, key);
    if (value === undefined) return this.#missing(key);
    const context = this.context.child('value for', value, key);
    if (value.kind !== 'sequence') return this.fail('Value is not a sequence', context);
    const scalars: YamlScalar[] = [];
    for (const item of value.items) {
      if (item.kind !== 'scalar') {
        return this.fail('sequence value is not scalar', context.child('list item', item));
      }
      scalars.push(item);
    }
    return scalars;
  }

  /** One warning per key that the item does not know. */
  warnUnknownKeys(known: ReadonlySet<string>): void {
    for (const { key } of this.map.entries) {
      const name = key.kind === 'scalar' ? key.text : '';
      if (known.has(name)) continue;
      const meant = suggest(name, known);
      const own: OwnWords = { message: `unknown key "${name}", which is ignored`, span: key };
      this.report.warning(
        'LOAD_UNKNOWN_KEY',
        `Unknown key '${name}'. The key will be ignored.`,
        this.context,
        meant === undefined ? own : { ...own, hint: `did you mean "${meant}"?` },
      );
    }
  }

  #missing(key: string): undefined {
    return this.fail(`Item has no mapping for key '${key}'`, this.context, {
      message: `this item needs the key "${key}"`,
      hint: `add "${key}:"`,
    });
  }

  #keySpan(key: string): YamlNode {
    return entryOf(this.map, key)?.key ?? this.map;
  }
}
