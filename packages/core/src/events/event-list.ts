/** `falco --list-events`: every event that rules can match, as text, Markdown or JSON. */

import { DRIVER_SCHEMA_VERSION } from './constants.gen.ts';
import { PPME } from './event-codes.gen.ts';
import { type EventInfo, eventTable, type ParamInfo } from './event-table.ts';
import { flagTables } from './flag-tables.gen.ts';
import { genericSyscalls } from './names.gen.ts';
import { syscallName } from './names.ts';
import { paramTypeName } from './param-type-name.ts';
import { EC, EF, PT } from './param-types.gen.ts';
import { eventsOfSyscalls, ignoredSyscalls } from './syscall-sets.ts';

export type EventListFormat = 'text' | 'markdown' | 'json';

export interface ListedEvent {
  readonly name: string;
  readonly isEnter: boolean;
  /** Captured without being asked for. */
  readonly isAvailable: boolean;
  readonly params: readonly ListedParam[];
}

export interface ListedParam {
  readonly name: string;
  /** e.g. `CHARBUF`. */
  readonly type: string;
  /** Names of the bits or values; undefined where the type has none. */
  readonly flags: readonly string[] | undefined;
}

export interface EventListSection {
  readonly title: string;
  readonly events: readonly ListedEvent[];
}

/** The sections in order, and which events are in them. */
const sections: readonly (readonly [title: string, source: number])[] = [
  ['Syscall events', EC.EC_SYSCALL],
  ['Tracepoint events', EC.EC_TRACEPOINT],
  ['Plugin events', EC.EC_PLUGIN],
  ['Metaevents', EC.EC_METAEVENT],
];

/** System calls that have no event of their own are listed by name, at the end of their section. */
export function eventList(): EventListSection[] {
  const ignored = eventsOfSyscalls(ignoredSyscalls);
  const listed = eventTable.filter(isListed);
  return sections.map(([title, source]) => {
    const own = listed
      .filter((event) => sectionOf(event) === source)
      .map((event) => listedEvent(event, event.name, !ignored.has(event.id)));
    return { title, events: source === EC.EC_SYSCALL ? [...own, ...genericEvents()] : own };
  });
}

function isListed(event: EventInfo): boolean {
  const isUnknown = event.category === EC.EC_UNKNOWN && event.source === 0;
  const isGeneric = event.id === PPME.PPME_GENERIC_E || event.id === PPME.PPME_GENERIC_X;
  return !isUnknown && !isGeneric && (event.flags & (EF.EF_OLD_VERSION | EF.EF_UNUSED)) === 0;
}

/** The first section that the event's sources name. */
function sectionOf(event: EventInfo): number | undefined {
  return sections.find(([, source]) => (event.source & source) !== 0)?.[1];
}

function genericEvents(): ListedEvent[] {
  const names = genericSyscalls.flatMap((code) => syscallName(code) ?? []).sort();
  const both = [PPME.PPME_GENERIC_E, PPME.PPME_GENERIC_X].flatMap((id) => eventTable[id] ?? []);
  return names.flatMap((name) => both.map((event) => listedEvent(event, name, true)));
}

function listedEvent(event: EventInfo, name: string, isAvailable: boolean): ListedEvent {
  return { name, isEnter: event.isEnter, isAvailable, params: event.params.map(listedParam) };
}

/** Modes have names too, but no list of them is shown. */
const flagTypes: ReadonlySet<number> = new Set([
  PT.PT_FLAGS8,
  PT.PT_FLAGS16,
  PT.PT_FLAGS32,
  PT.PT_ENUMFLAGS8,
  PT.PT_ENUMFLAGS16,
  PT.PT_ENUMFLAGS32,
]);

function listedParam({ name, type, table }: ParamInfo): ListedParam {
  const rows = table !== undefined && flagTypes.has(type) ? flagTables[table] : undefined;
  return { name, type: paramTypeName(type), flags: rows?.map(([flag]) => flag) };
}

/** The whole output; ends with a newline. */
export function formatEventList(format: EventListFormat): string {
  const list = eventList();
  if (format === 'json') return `${JSON.stringify(jsonList(list), null, 2)}\n`;
  const head = `The events below are valid for Falco *Schema Version*: ${DRIVER_SCHEMA_VERSION}\n`;
  const section = format === 'text' ? textSection : markdownSection;
  return head + list.map((entry) => `${section(entry)}\n`).join('');
}

function textSection({ title, events }: EventListSection): string {
  const lines = events.map((event) => {
    const params = event.params.map((param) => paramText(param, (flag) => flag));
    return `${directionChar(event)} ${event.name}(${params.join(', ')})\n`;
  });
  return `## ${title}\n\n${lines.join('')}`;
}

function markdownSection({ title, events }: EventListSection): string {
  const lines = events.map((event) => {
    const params = event.params.map((param) => paramText(param, (flag) => `*${flag}*`));
    const cells = [
      event.isAvailable ? 'Yes' : 'No',
      `\`${directionChar(event)}\``,
      `\`${event.name}\``,
      params.join(', '),
    ];
    return `${cells.join(' | ')}\n`;
  });
  const head = 'Default | Dir | Name | Params \n:-------|:----|:-----|:-----\n';
  return `## ${title}\n\n${head}${lines.join('')}`;
}

function paramText({ type, name, flags }: ListedParam, flagText: (flag: string) => string): string {
  const suffix = flags === undefined ? '' : `: ${flags.map(flagText).join(', ')}`;
  return `${type} **${name}**${suffix}`;
}

function directionChar(event: ListedEvent): '>' | '<' {
  return event.isEnter ? '>' : '<';
}

/** Keys in byte order, as Falco prints objects. */
function jsonList(list: readonly EventListSection[]): Record<string, unknown> {
  const entries = list.map(({ title, events }): [string, unknown] => [
    title,
    events.map((event) => ({
      available: event.isAvailable,
      dir: directionChar(event),
      name: event.name,
      params: event.params.map(({ name, type, flags }) => ({
        ...(flags === undefined ? {} : { flags }),
        name,
        type,
      })),
    })),
  ]);
  entries.sort(([left], [right]) => (left < right ? -1 : 1));
  return { ...Object.fromEntries(entries), schema_version: DRIVER_SCHEMA_VERSION };
}
