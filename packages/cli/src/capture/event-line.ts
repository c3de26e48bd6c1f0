/** One event for people: what happened, and who did it. */

import type { FieldTable } from '@saker/core/fields/field-catalogue.ts';
import type { EventContext } from '@saker/core/state/event-context.ts';
import type { Screen } from '../terminal/terminal.ts';
import { clip, textWidth, wrap } from '../terminal/text-width.ts';
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
const INDENT = '  ';

export function eventReader(fields: FieldTable): (context: EventContext) => EventSummary {
  return fieldReader(fields, NAMES);
}

/**
 * What happened, `event 12  2026-11-01 10:00:00.000000000  execve  res=0 exe=/bin/sh`, and who did
 * it.
 */
export function eventLines(
  event: EventSummary,
  { style, columns }: Pick<Screen, 'style' | 'columns'>,
  argsColumns: number = ARGS_COLUMNS_MAX,
): string[] {
  const head = [
    style.bold(`event ${event['evt.num']}`),
    style.dim(event['evt.datetime'] ?? ''),
    style.cyan(event['evt.type'] ?? ''),
  ].join('  ');
  const args = shown(event['evt.args'], argsColumns);
  const width = columns === undefined ? undefined : columns - INDENT.length;
  const indented = (text: string): string[] => wrap(text, width).map((line) => INDENT + line);
  const isShort = columns === undefined || textWidth(head) + 2 + textWidth(args) <= columns;
  const what = isShort ? [`${head}  ${args}`.trimEnd()] : [head, ...indented(args)];
  return [...what, ...indented(processText(event))];
}

/** `by sh (pid 12: "sh -c id"), child of nginx (pid 4), user www-data, container 3ad7b26ded6d`. */
function processText(event: EventSummary): string {
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
