/** Fields and transformers as functions from an event's context to a value. */

import type { ByteString } from '../base/host.ts';
import type { Text } from '../base/text-table.ts';
import { PT } from '../events/param-types.gen.ts';
import type { Extractor, Field, FieldArgument, Scalar, Scope, Value } from '../fields/field.ts';
import type { FieldRef, Operand, TransformArgument, TransformRef } from '../lang/ast.ts';
import { print } from '../lang/printer.ts';
import { literalBytes } from '../lang/quoting.ts';
import type { EventContext } from '../state/event-context.ts';
import { transformFor } from './transform.ts';

/**
 * Finds fields: core/fields/field-catalogue.ts. The checker has refused references that do not
 * resolve.
 */
export interface FieldBinder {
  bind(reference: FieldRef): BoundField | undefined;
}

interface BoundField {
  readonly field: Field;
  readonly argument: FieldArgument | undefined;
}

export interface CompiledOperand {
  /** Canonical text: operands with equal keys give equal values on the same event. */
  readonly key: string;
  readonly extract: Extractor;
  /** One of `PT`: how literals at the other side are read. */
  readonly type: number;
  readonly list: boolean;
  readonly scope: Scope;
  /** Set where the value is the string of an interned Text whenever this gives one. */
  readonly text: ((context: EventContext) => Text | undefined) | undefined;
  /** With `text`: the value from its string; identity when undefined. */
  readonly ofText: ((text: ByteString) => Scalar) | undefined;
  /** Getting the value costs little: it may be asked for before anything else. */
  readonly cheap: boolean;
  /**
   * Set for a field that stands for several values in a condition; `extract` then gives all of
   * them.
   */
  readonly quantifier: 'any' | 'some' | undefined;
  /** The field, when the operand is one. */
  readonly field: Field | undefined;
  readonly argument: FieldArgument | undefined;
}

export function compileOperand(operand: Operand, fields: FieldBinder): CompiledOperand {
  return operand.kind === 'field'
    ? compileField(operand, fields)
    : compileTransform(operand, fields);
}

function boundField(reference: FieldRef, fields: FieldBinder): BoundField {
  const bound = fields.bind(reference);
  if (bound === undefined) throw new Error(`assertion failed: unchecked field ${reference.name}`);
  return bound;
}

/** By what the binder gave, which is the same for equal references: rules name few fields often. */
const compiledFields = new WeakMap<object, CompiledOperand>();

function compileField(reference: FieldRef, fields: FieldBinder): CompiledOperand {
  const bound = boundField(reference, fields);
  let compiled = compiledFields.get(bound);
  if (compiled === undefined) {
    compiled = compileBound(reference, bound);
    compiledFields.set(bound, compiled);
  }
  return compiled;
}

function compileBound(reference: FieldRef, { field, argument }: BoundField): CompiledOperand {
  const candidates = field.candidates?.(argument);
  return {
    key: print(reference),
    extract: candidates ?? boundExtractor(field, argument),
    type: field.typeOf?.(argument) ?? field.type,
    list: field.list === true && candidates === undefined,
    scope: field.scope ?? 'event',
    text: candidates === undefined ? field.text : undefined,
    ofText: field.ofText,
    // What depends on the moment is not asked for without need.
    cheap: candidates === undefined && field.scope !== 'moment' && isCheap(field),
    quantifier: candidates === undefined ? undefined : (field.quantifier ?? 'any'),
    field,
    argument,
  };
}

/** Leaves a note in the context where the value depends on the moment. */
function boundExtractor(field: Field, argument: FieldArgument | undefined): Extractor {
  const extract = field.bind(argument);
  if (typeof extract === 'string') throw new Error(`assertion failed: unchecked field: ${extract}`);
  if (field.scope !== 'moment') return extract;
  return (context) => {
    context.isMomentary = true;
    return extract(context);
  };
}

/**
 * Numbers and flags are read off the event or the tables; strings are made, if the field does not
 * say otherwise.
 */
function isCheap(field: Field): boolean {
  if (field.cheap !== undefined) return field.cheap;
  const isString =
    field.type === PT.PT_CHARBUF || field.type === PT.PT_FSPATH || field.type === PT.PT_BYTEBUF;
  return field.list !== true && !isString && field.typeOf === undefined;
}

interface CompiledArgument {
  readonly extract: Extractor;
  readonly type: number;
  readonly list: boolean;
  readonly scope: Scope;
}

function compileTransform(reference: TransformRef, fields: FieldBinder): CompiledOperand {
  const wantsList = reference.name === 'getopt' || reference.name === 'join';
  const args = reference.args.map((arg) => compileArgument(arg, fields, wantsList));
  const transform = transformFor(reference.name, reference.argument);
  const first = args[0];
  return {
    key: print(reference),
    extract: (context) => applyTransform(transform, args, context),
    type:
      reference.name === 'len'
        ? PT.PT_UINT64
        : wantsList
          ? PT.PT_CHARBUF
          : (first?.type ?? PT.PT_CHARBUF),
    list: isListResult(reference, first),
    scope: widestScope(args.map((arg) => arg.scope)),
    text: undefined,
    ofText: undefined,
    cheap: false,
    quantifier: undefined,
    field: undefined,
    argument: undefined,
  };
}

function isListResult(reference: TransformRef, first: CompiledArgument | undefined): boolean {
  if (reference.name === 'getopt') return reference.argument === undefined;
  if (reference.name === 'len' || reference.name === 'join' || reference.name === 'concat')
    return false;
  return first?.list === true;
}

/** An argument without a value makes the whole absent. */
function applyTransform(
  transform: (args: readonly Value[]) => Value | undefined,
  args: readonly CompiledArgument[],
  context: EventContext,
): Value | undefined {
  const values: Value[] = [];
  for (const arg of args) {
    const value = arg.extract(context);
    if (value === undefined) return undefined;
    values.push(value);
  }
  return transform(values);
}

function compileArgument(
  arg: TransformArgument,
  fields: FieldBinder,
  wantsList: boolean,
): CompiledArgument {
  if (arg.kind === 'literal') {
    const value = literalBytes(arg.text);
    return { extract: () => value, type: PT.PT_CHARBUF, list: false, scope: 'thread' };
  }
  if (arg.kind === 'list') {
    const items = arg.items.map((item) => compileArgument(item, fields, false));
    return {
      extract: (context) => applyTransform((values) => values.flat(), items, context),
      type: PT.PT_CHARBUF,
      list: true,
      scope: widestScope(items.map((item) => item.scope)),
    };
  }
  if (arg.kind === 'transform') return compileTransform(arg, fields);
  const { field, argument } = boundField(arg, fields);
  if (wantsList && argument === undefined && field.elements !== undefined) {
    return { extract: field.elements, type: field.type, list: true, scope: field.scope ?? 'event' };
  }
  const extract = boundExtractor(field, argument);
  return { extract, type: field.type, list: field.list === true, scope: field.scope ?? 'event' };
}

export function widestScope(scopes: readonly Scope[]): Scope {
  if (scopes.includes('moment')) return 'moment';
  if (scopes.includes('event')) return 'event';
  return scopes.includes('lineage') ? 'lineage' : 'thread';
}
