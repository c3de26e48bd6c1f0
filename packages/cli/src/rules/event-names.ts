/** The events that a rule is evaluated on, by name. */

import { PPME } from '@saker/core/events/event-codes.gen.ts';
import { EVENT_TYPES, eventTable } from '@saker/core/events/event-table.ts';
import { countEventTypes, type EventTypeSet, eventTypesIn } from '@saker/core/rules/event-types.ts';

const GENERIC: readonly number[] = [PPME.PPME_GENERIC_E, PPME.PPME_GENERIC_X];
/** What stands for the system calls that have no event of their own. */
const GENERIC_NAME = 'other system calls';

export interface EventNames {
  /** The condition says nothing that would exclude an event. */
  readonly isAll: boolean;
  /** Sorted, each once. */
  readonly names: readonly string[];
}

export function eventNames(set: EventTypeSet): EventNames {
  const names = eventTypesIn(set)
    .filter((type) => !GENERIC.includes(type))
    .flatMap((type) => eventTable[type]?.name ?? []);
  const hasGeneric = eventTypesIn(set).some((type) => GENERIC.includes(type));
  return {
    isAll: countEventTypes(set) === EVENT_TYPES,
    names: [...[...new Set(names)].toSorted(), ...(hasGeneric ? [GENERIC_NAME] : [])],
  };
}

/** At most `most` names, then how many more there are. */
export function eventNamesText({ isAll, names }: EventNames, most: number): string {
  if (isAll) return 'all';
  if (names.length === 0) return 'none';
  if (names.length <= most) return names.join(', ');
  return `${names.slice(0, most).join(', ')} and ${names.length - most} more`;
}
