/**
 * Conditions made from what events really hold: for every field the values that were seen, and
 * operators that its type allows, so that generated conditions are true on some events and false on
 * others. Seeded.
 */

import { toText } from '../base/byte-string.ts';
import { PT } from '../events/param-types.gen.ts';
import type { Field, Scalar } from '../fields/field.ts';
import { fieldClasses } from '../fields/field-classes.ts';
import { valueText } from '../fields/value-text.ts';
import { MODIFIERS, OPERATORS } from '../lang/operators.ts';
import { quote } from '../lang/quoting.ts';
import { valueType } from '../lang/value-types.ts';
import type { EventContext } from '../state/event-context.ts';

/** Distinct values that are kept for a field. */
const SAMPLES_MAX = 24;
/** Arguments with which fields that need one are used. */
const ARGUMENTS: Readonly<Record<string, readonly string[]>> = {
  'evt.arg': [
    'evt.arg.flags',
    'evt.arg.name',
    'evt.arg.fd',
    'evt.arg.path',
    'evt.arg[0]',
    'evt.arg[1]',
  ],
  'evt.rawarg': ['evt.rawarg.fd', 'evt.rawarg.flags', 'evt.rawarg.size'],
  'proc.aname': ['proc.aname', 'proc.aname[1]', 'proc.aname[2]', 'proc.aname[3]'],
  'proc.acmdline': ['proc.acmdline', 'proc.acmdline[1]', 'proc.acmdline[2]'],
  'proc.aexepath': ['proc.aexepath', 'proc.aexepath[2]'],
  'proc.apid': ['proc.apid', 'proc.apid[1]'],
  'proc.env': ['proc.env[HOME]', 'proc.env[PWD]', 'proc.env'],
  'proc.aenv': ['proc.aenv[HOME]', 'proc.aenv[1]'],
  'proc.args': ['proc.args', 'proc.args[0]', 'proc.args[1]'],
  'thread.cgroup': ['thread.cgroup.cpu', 'thread.cgroup.memory'],
};
/** Fields whose value is another one each time it is asked for. */
const VOLATILE = new Set([
  'util.cnt',
  'evt.deltatime',
  'evt.deltatime.s',
  'evt.deltatime.ns',
  'evt.around',
]);

export interface SampledField {
  readonly written: string;
  readonly field: Field;
  readonly extract: (context: EventContext) => unknown;
  readonly literals: Set<string>;
}

/** Everything that a condition may name, with nothing sampled yet. */
export function sampledFields(): SampledField[] {
  return fieldClasses
    .flatMap(({ fields }) => fields)
    .filter((field) => field.printOnly !== true && !VOLATILE.has(field.name))
    .flatMap((field) =>
      (ARGUMENTS[field.name] ?? [field.name]).map((written) => sampled(field, written)),
    )
    .filter((each) => each !== undefined);
}

function sampled(field: Field, written: string): SampledField | undefined {
  const tail = written.slice(field.name.length);
  const bracketed = tail.startsWith('[');
  const text = bracketed ? tail.slice(1, -1) : tail.slice(1);
  const argument = tail === '' ? undefined : { text, bracketed };
  const extract = field.candidates?.(argument) ?? field.bind(argument);
  if (typeof extract === 'string') return undefined;
  return { written, field, extract, literals: new Set() };
}

/** Keeps what the fields hold on this event. */
export function sample(fields: readonly SampledField[], context: EventContext): void {
  for (const { field, extract, literals } of fields) {
    if (literals.size >= SAMPLES_MAX) continue;
    const value = extract(context);
    if (value === undefined) continue;
    const scalars = (typeof value === 'object' ? value : [value]) as readonly Scalar[];
    for (const scalar of scalars.slice(0, 4)) literals.add(literalOf(scalar, field));
  }
}

function literalOf(value: Scalar, field: Field): string {
  if (field.type === PT.PT_IPNET)
    return `${toText(valueText(value, { type: PT.PT_IPADDR, format: 0 }))}/24`;
  if (typeof value === 'number') return String(Math.trunc(value));
  if (typeof value !== 'string') return String(value);
  return toText(valueText(value, field)).slice(0, 60);
}

/** A small generator with a seed (mulberry32). */
export function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

export type Random = ReturnType<typeof random>;

/** A condition of up to `depth` levels over fields that have samples. */
export function generateCondition(
  fields: readonly SampledField[],
  next: Random,
  depth: number,
): string {
  const kind = depth === 0 ? 3 : next(5);
  if (kind <= 1) {
    const items = Array.from({ length: 2 + next(2) }, () =>
      generateCondition(fields, next, depth - 1),
    );
    return `(${items.join(kind === 0 ? ' and ' : ' or ')})`;
  }
  if (kind === 2) return `not (${generateCondition(fields, next, depth - 1)})`;
  return generateCheck(fields, next);
}

function pick<T>(items: readonly T[], next: Random): T {
  return items[next(items.length)] as T;
}

function generateCheck(fields: readonly SampledField[], next: Random): string {
  const { written, field, literals } = pick(fields, next);
  const known = [...literals];
  const { family } = valueType(field.typeOf?.(undefined) ?? field.type);
  const allowed = OPERATORS.filter(
    ({ operator, families, lists }) =>
      families.includes(family) && (field.list !== true || lists) && !operator.startsWith('b'),
  );
  const { token, class: operatorClass } = pick(allowed, next);
  if (operatorClass === 'unary') return `${written} exists`;
  if (operatorClass === 'list') {
    const items = Array.from({ length: 1 + next(4) }, () => quote(pick(known, next)));
    return `${written} ${token} (${items.join(', ')})`;
  }
  const value = () => right(token, pick(known, next), next);
  const isPlain = operatorClass !== 'string' || family !== 'string' || field.list === true;
  if (isPlain || field.noTransformer === true) return `${written} ${token} ${value()}`;
  switch (next(6)) {
    case 0:
      return `${written} ${token} ${pick(MODIFIERS, next)} (${value()}, ${value()})`;
    case 1:
      return `${pick(['tolower', 'toupper', 'basename'], next)}(${written}) ${token} ${value()}`;
    case 2:
      return `len(${written}) > ${next(40)}`;
    case 3:
      return `${written} startswith val(${pick(rightFields(fields), next).written})`;
    default:
      return `${written} ${token} ${value()}`;
  }
}

/** Those that may stand at the right of a text. */
function rightFields(fields: readonly SampledField[]): readonly SampledField[] {
  return fields.filter(
    ({ field }) =>
      field.noRhs !== true && field.list !== true && valueType(field.type).family === 'string',
  );
}

/** A part of a seen value where the operator looks for parts. */
function right(token: string, value: string, next: Random): string {
  const from = next(Math.max(1, value.length >> 1));
  switch (token) {
    case '<':
    case '<=':
    case '>':
    case '>=':
      return /^[+-]?[0-9]+$/.test(value) ? value : '0';
    case 'startswith':
      return quote(value.slice(0, from + 1));
    case 'endswith':
      return quote(value.slice(from));
    case 'contains':
    case 'icontains':
      return quote(value.slice(from, from + 3));
    case 'glob':
    case 'iglob':
      return quote(`${value.slice(0, from + 1).replace(/[\\[\]*?]/g, '?')}*`);
    case 'regex':
      return quote(`${value.slice(0, from + 1).replace(/[^a-zA-Z0-9/]/g, '.')}.*`);
    default:
      return quote(value);
  }
}
