/**
 * Fields of any event that is JSON, whatever its source: what Falco has as its plugin `json`, under
 * the names json.* and, from older versions, jevt.*.
 */

import { unsigned64 } from '../base/int64.ts';
import { PPME } from '../events/event-codes.gen.ts';
import type { Extractor, Field, FieldArgument, Known } from '../fields/field.ts';
import type { FieldClass } from '../fields/field-classes.ts';
import { CHARBUF } from '../fields/shapes.ts';
import { documentOf } from './event-document.ts';
import { parsePointer, resolvePath } from './json-pointer.ts';

function bindValue(argument: FieldArgument | undefined): Extractor {
  const path = parsePointer(argument?.text ?? '');
  return (context) => {
    const root = documentOf(context);
    return root && resolvePath(root, path)?.text;
  };
}

const indentedDocument: Extractor = (context) => documentOf(context)?.indentedText;

/** Absent where the others are: rules ask it whether an event is JSON at all. */
const documentTime: Extractor = (context) => {
  if (documentOf(context) === undefined) return undefined;
  const { timeLow, timeHigh } = context.event;
  return String(unsigned64(timeLow, timeHigh));
};

/** Events of system calls are no JSON. */
function known(type: number): Known | undefined {
  return type === PPME.PPME_PLUGINEVENT_E ? undefined : 'absent';
}

function fieldsUnder(prefix: string, describe: (own: string) => string): readonly Field[] {
  const common = { class: 'json', ...CHARBUF, known };
  return [
    {
      ...common,
      name: `${prefix}.value`,
      description: describe(
        'The part of the event to which the JSON pointer (RFC 6901) in brackets leads: ' +
          'json.value[/user/name]. A string is its text, anything else JSON.',
      ),
      argument: { kind: ['key'], required: true },
      bind: bindValue,
    },
    {
      ...common,
      name: `${prefix}.obj`,
      description: describe('The whole event as JSON, indented, on several lines.'),
      bind: () => indentedDocument,
    },
    {
      ...common,
      name: `${prefix}.rawtime`,
      description: describe('Time of the event in nanoseconds since the epoch.'),
      bind: () => documentTime,
    },
  ];
}

/** In the order of the listing. */
export const jsonFields: readonly Field[] = [
  ...fieldsUnder('json', (own) => own),
  ...fieldsUnder('jevt', () => 'The same as the field of that name under json.'),
];

export const jsonClass: FieldClass = {
  name: 'json (plugin)',
  qualifier: '',
  description: '',
  source: undefined,
  listsArgumentKinds: true,
  fields: jsonFields,
};
