/** One event for people: what happened, and who did it. */

import type { FieldTable } from '@saker/core/fields/field-catalogue.ts';
import type { EventContext } from '@saker/core/state/event-context.ts';
import type { Style } from '../terminal/style.ts';
import { clip } from '../terminal/text-width.ts';
import { visible } from '../terminal/visible-text.ts';
import { type FieldTexts, fieldReader } from './event-fields.ts';

const NAMES = [
  'evt.num',
  'evt.datetime',
  'evt.type',
  'evt.args',
  'proc.name',
  'proc.pid',
  'proc.cmdline',
  'proc.pname',
  'proc.ppid',
  'user.name',
  'container.id',
] as const;

/** An event as texts: it may be kept. */
export type EventSummary = FieldTexts<(typeof NAMES)[number]>;

/** Arguments of an event can have 64 KiB. */
const ARGS_COLUMNS_MAX = 400;
const COMMAND_COLUMNS_MAX = 200;

export function eventReader(fields: FieldTable): (context: EventContext) => EventSummary {
  return fieldReader(fields, NAMES);
}

/** `event 12  2026-11-01 10:00:00.000000000  execve  res=0 exe=/bin/sh`. */
export function eventLine(event: EventSummary, style: Style): string {
  return [
    style.bold(`event ${event['evt.num']}`),
    style.dim(event['evt.datetime'] ?? ''),
    style.cyan(event['evt.type'] ?? ''),
    shown(event['evt.args'], ARGS_COLUMNS_MAX),
  ]
    .filter((part) => part !== '')
    .join('  ');
}

/** `sh (pid 12: "sh -c id"), child of nginx (pid 4), user www-data, container 3ad7b26ded6d`. */
export function processLine(event: EventSummary): string {
  if (event['proc.name'] === undefined) return 'by no process that is known';
  const command = shown(event['proc.cmdline'], COMMAND_COLUMNS_MAX);
  const parts = [`by ${shown(event['proc.name'])} (pid ${event['proc.pid']}: "${command}")`];
  if (event['proc.pname'] !== undefined) {
    parts.push(`child of ${shown(event['proc.pname'])} (pid ${event['proc.ppid']})`);
  }
  if (event['user.name'] !== undefined) parts.push(`user ${shown(event['user.name'])}`);
  const container = event['container.id'];
  if (container !== undefined) {
    parts.push(container === 'host' ? 'on the host' : `container ${shown(container)}`);
  }
  return parts.join(', ');
}

function shown(text: string | undefined, columns = 80): string {
  return clip(visible(text ?? ''), columns);
}
