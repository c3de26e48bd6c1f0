/** Class fd, in the order of the listing. */

import { isFdEvent } from './event-fd.ts';
import { fdDeviceFields, fdLayerFields } from './fd-file.ts';
import { fdNameFields, fdOwnerFields, fdRawName, fdTypes } from './fd-name.ts';
import {
  fdAddressFields,
  fdHostNameFields,
  fdProtocolFields,
  fdServiceFields,
  fdStatusFields,
} from './fd-socket.ts';
import type { Field } from './field.ts';

const listed: readonly Field[] = [
  ...fdNameFields,
  ...fdAddressFields,
  ...fdProtocolFields,
  ...fdOwnerFields,
  ...fdServiceFields,
  ...fdStatusFields,
  ...fdHostNameFields,
  ...fdDeviceFields,
  fdRawName,
  fdTypes,
  ...fdLayerFields,
];

/** None has a value on events that are about no descriptor. */
export const fdFields: readonly Field[] = listed.map(withKnown);

function withKnown(field: Field): Field {
  return { ...field, known: (type) => (isFdEvent(type) ? undefined : 'absent') };
}
