/** Class evt, the fields of system calls, in the order of the listing. */

import { evtAbsolutePath } from './evt-abspath.ts';
import { evtArgFields, evtBuffer } from './evt-args.ts';
import { evtAround } from './evt-around.ts';
import { evtInfraFields } from './evt-infra.ts';
import { evtBufferLength, evtBufferLengthFields, evtIoFields, evtIsSyslog } from './evt-io.ts';
import { evtOpenCreateFields, evtOpenModeFields } from './evt-open.ts';
import { evtCountFields, evtResultFields } from './evt-result.ts';
import { evtTimeFields, evtWaitLatency } from './evt-time.ts';
import { evtTypeFields } from './evt-type.ts';
import type { Field } from './field.ts';

export const evtSyscallFields: readonly Field[] = [
  ...evtTimeFields,
  ...evtTypeFields,
  ...evtArgFields,
  evtBuffer,
  evtBufferLength,
  ...evtResultFields,
  ...evtIoFields,
  evtWaitLatency,
  evtIsSyslog,
  ...evtCountFields,
  evtAround,
  evtAbsolutePath,
  ...evtBufferLengthFields,
  ...evtOpenModeFields,
  ...evtInfraFields,
  ...evtOpenCreateFields,
];
