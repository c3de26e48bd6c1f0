/**
 * Fields that Falco had up to 0.40 (syslog.*, mesos.*, marathon.*), so that rules written then
 * still load. What a message to the system log says is worked out as Falco did; metadata of Mesos
 * is known to nobody here and absent.
 */

import type { ByteString } from '../base/host.ts';
import { eventFlags } from '../events/event-table.ts';
import { EF, PF, PT } from '../events/param-types.gen.ts';
import type { EventContext } from '../state/event-context.ts';
import { evtBuffer } from './evt-args.ts';
import { evtIsSyslog } from './evt-io.ts';
import type { Extractor, Field } from './field.ts';
import { CHARBUF, type Shape } from './shapes.ts';
import { fieldMaker } from './simple-field.ts';

/** syslog(3): the low three bits of the number that a message begins with, and the rest of it. */
const SEVERITIES = 'emerg alert crit err warn notice info debug'.split(' ');
const FACILITIES = (
  'kern user mail daemon auth syslog lpr news uucp clock authpriv ftp ntp logaudit logalert cron ' +
  'local0 local1 local2 local3 local4 local5 local6 local7'
).split(' ');
const NOT_KNOWN = '<NA>';

const NUMBER: Shape = { type: PT.PT_UINT32, format: PF.PF_DEC };

interface SyslogMessage {
  readonly priority: number;
  readonly text: ByteString;
}

const isSyslog = valueOf(evtIsSyslog);
const bufferOf = valueOf(evtBuffer);

function valueOf(field: Field): Extractor {
  const extract = field.bind(undefined);
  return typeof extract === 'string' ? () => undefined : extract;
}

/** `<13>text` as it was written to the socket. */
function messageOf(context: EventContext): SyslogMessage | undefined {
  if (isSyslog(context) !== true) return undefined;
  const buffer = bufferOf(context);
  const found = typeof buffer === 'string' ? /^<(\d{1,9})>(.*)$/s.exec(buffer) : null;
  if (found === null) return undefined;
  return { priority: Number(found[1]), text: found[2] ?? '' };
}

const syslogField = fieldMaker('syslog');

function fieldOfMessage(
  name: string,
  shape: Shape,
  description: string,
  read: (message: SyslogMessage) => ByteString | number,
): Field {
  return syslogField({
    name,
    ...shape,
    description,
    deprecated: true,
    known: (type) => (((eventFlags[type] ?? 0) & EF.EF_WRITES_TO_FD) === 0 ? 'absent' : undefined),
    extract: (context) => {
      const message = messageOf(context);
      return message === undefined ? undefined : read(message);
    },
  });
}

const syslogFields: readonly Field[] = [
  fieldOfMessage(
    'syslog.facility.str',
    CHARBUF,
    'Facility of a message to the system log, as text.',
    ({ priority }) => FACILITIES[priority >> 3] ?? NOT_KNOWN,
  ),
  fieldOfMessage(
    'syslog.facility',
    NUMBER,
    'Facility of a message to the system log, 0 to 23.',
    ({ priority }) => priority >> 3,
  ),
  fieldOfMessage(
    'syslog.severity.str',
    CHARBUF,
    `Severity of a message to the system log: ${SEVERITIES.join(', ')}.`,
    ({ priority }) => SEVERITIES[priority & 7] ?? NOT_KNOWN,
  ),
  fieldOfMessage(
    'syslog.severity',
    NUMBER,
    'Severity of a message to the system log, 0 to 7.',
    ({ priority }) => priority & 7,
  ),
  fieldOfMessage(
    'syslog.message',
    CHARBUF,
    'Text of a message to the system log.',
    ({ text }) => text,
  ),
];

const mesosField = fieldMaker('mesos');

const MESOS = (
  'mesos.task.name mesos.task.id mesos.task.label mesos.task.labels mesos.framework.name ' +
  'mesos.framework.id marathon.app.name marathon.app.id marathon.app.label marathon.app.labels ' +
  'marathon.group.name marathon.group.id'
).split(' ');

function mesosText(name: string): Field {
  const field = mesosField({
    name,
    ...CHARBUF,
    description: 'Metadata of Mesos: without a value.',
    deprecated: true,
    known: () => 'absent',
    extract: () => undefined,
  });
  if (!name.endsWith('.label')) return field;
  return { ...field, argument: { kind: ['key'], required: true }, dottedArgument: true };
}

export const oldFields: readonly Field[] = [...syslogFields, ...MESOS.map(mesosText)];
