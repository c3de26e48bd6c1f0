/** A row of the table of fields, and the Field that it stands for. */

import { PPME } from '../events/event-codes.gen.ts';
import type { ArgumentSpec, Extractor, Field, FieldArgument } from '../fields/field.ts';
import { CHARBUF } from '../fields/shapes.ts';
import { argumentIndex } from '../fields/simple-field.ts';
import { documentOf } from '../json/event-document.ts';
import { parseAuditPath } from './audit-path.ts';
import { type Shape, text } from './audit-shape.ts';

export interface AuditShape {
  readonly read: Shape;
  readonly list?: true;
  readonly argument?: ArgumentSpec;
}

export type AuditRow = readonly [
  name: string,
  /** JSON pointer; `*` stands for every element of an array. */
  pointer: string,
  shape: AuditShape,
  description: string,
  deprecated?: 'deprecated',
];

/** One text. */
export const TEXT: AuditShape = { read: text };

/** Several texts. */
export function listOf(read: Shape): AuditShape {
  return { read, list: true };
}

/** Several texts, of which a number in brackets chooses one. */
export function indexed(read: Shape): AuditShape {
  return { read, list: true, argument: { kind: ['index'], required: false } };
}

/** One text that depends on what stands in brackets. */
export function keyed(read: Shape): AuditShape {
  return { read, argument: { kind: ['key'], required: true } };
}

export function auditField([name, pointer, shape, description, deprecated]: AuditRow): Field {
  return {
    name,
    class: 'k8saudit',
    ...CHARBUF,
    description,
    ...(shape.list === undefined ? {} : { list: true }),
    ...(shape.argument === undefined ? {} : { argument: shape.argument }),
    ...(deprecated === undefined ? {} : { deprecated: true }),
    known: (type) => (type === PPME.PPME_PLUGINEVENT_E ? undefined : 'absent'),
    bind: (argument) => bindShape(name, pointer, shape, argument),
  };
}

function bindShape(
  name: string,
  pointer: string,
  { read, argument: spec }: AuditShape,
  argument: FieldArgument | undefined,
): Extractor | string {
  const takesIndex = spec?.kind.includes('index') === true;
  const index = takesIndex && argument ? argumentIndex(argument.text) : undefined;
  if (takesIndex && argument !== undefined && index === undefined) {
    return `${name}[${argument.text}]: not a number`;
  }
  const reader = read(parseAuditPath(pointer), { index, key: argument?.text ?? '' });
  return (context) => {
    const root = documentOf(context);
    // What has no id is no audit event, whatever else it is.
    return root?.member('auditID') === undefined ? undefined : reader(root);
  };
}
