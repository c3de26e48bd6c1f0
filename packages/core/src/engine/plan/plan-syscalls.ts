/**
 * Which system calls are recorded, as Falco decides it (configure_interesting_sets.cpp): those that
 * the rules look at, those that state depends on, changed by `base_syscalls`, without the ones that
 * are too many. The order of the steps is part of what the configuration means: a call that
 * `custom_set` takes away comes back when `repair` finds that state needs it.
 */

import { suggest, suggestWork } from '../../base/suggest.ts';
import { PPME } from '../../events/event-codes.gen.ts';
import { codesOf, ignoredSyscalls, stateSyscalls } from '../../events/syscall-sets.ts';
import { repairedSyscalls } from './repair-syscalls.ts';
import { eventNamesOf, syscallEventNames, syscallsNamed } from './syscall-index.ts';

/** The section `base_syscalls` of the configuration. */
export interface BaseSyscalls {
  /** Names of events. Those given replace the state set; `!name` takes a call away. */
  readonly customSet: readonly string[];
  /** Not the state set, but what state needs for the calls that are watched. */
  readonly repair: boolean;
  /** Also the calls that are left out because there are so many. */
  readonly all: boolean;
}

/** A line for the log; levels are those of Falco's lines. */
export interface PlanMessage {
  readonly level: 'debug' | 'info' | 'warning';
  readonly text: string;
}

export interface SyscallPlan {
  /** PPM_SC codes of the calls to record. */
  readonly selected: ReadonlySet<number>;
  readonly messages: readonly PlanMessage[];
}

/** The events by which containers are noticed: in Falco the container plugin asks for them. */
const containerSyscalls: ReadonlySet<number> = new Set(
  [
    PPME.PPME_SYSCALL_CLONE_20_X,
    PPME.PPME_SYSCALL_CLONE3_X,
    PPME.PPME_SYSCALL_FORK_20_X,
    PPME.PPME_SYSCALL_VFORK_20_X,
    PPME.PPME_SYSCALL_EXECVE_19_X,
    PPME.PPME_SYSCALL_EXECVEAT_X,
    PPME.PPME_SYSCALL_CHROOT_X,
    PPME.PPME_PROCEXIT_1_E,
  ].flatMap(codesOf),
);

/**
 * `ofRules` are PPM_SC codes: `syscallsOfRules` has them. `parsedEvents`: codes of the events that
 * plugins look at before rules do.
 */
export function planSyscalls(
  ofRules: ReadonlySet<number>,
  base: BaseSyscalls,
  parsedEvents: Iterable<number> = [],
): SyscallPlan {
  const parsed = [...parsedEvents].flatMap(codesOf);
  const ofPlugins = union(containerSyscalls, parsed);
  const { added, removed } = readCustomSet(base.customSet);
  const told = new Messages();
  if (ofRules.size > 0) told.set('syscalls in rules', ofRules);
  told.set('syscalls required by plugins', ofPlugins);
  if (added.codes.size > 0) told.set('syscalls added (base_syscalls override)', added.codes, '+');
  told.unknown('positive', added.unknown);

  const usesState = added.codes.size === 0;
  let selected =
    usesState && base.repair
      ? repairedSyscalls(union(ofRules, parsed))
      : union(ofRules, ofPlugins, usesState ? stateSyscalls : added.codes);
  if (removed.codes.size > 0) {
    selected = without(selected, removed.codes);
    told.set('syscalls removed (base_syscalls override)', removed.codes, '-');
  }
  told.unknown('negative', removed.unknown);

  const ofState = without(selected, ofRules);
  if (usesState && ofState.size > 0) {
    told.set("syscalls (Falco's state engine set of syscalls)", ofState, '+');
  }
  if (!base.all) {
    const ignored = intersection(selected, ignoredSyscalls);
    selected = without(selected, ignored);
    const what = 'ignored syscalls (-> activate via base_syscalls.all)';
    if (ignored.size > 0) told.set(what, ignored, '-');
  }
  if (base.repair && base.customSet.length > 0) {
    const repaired = repairedSyscalls(selected);
    const back = without(repaired, selected);
    if (back.size > 0) told.set('repaired syscalls', back, '+', 'info');
    selected = repaired;
  }
  // Without it state would keep every process that ever was.
  selected = union(selected, codesOf(PPME.PPME_PROCEXIT_1_E));
  told.set('syscalls selected in total (final set)', selected);
  told.inactive(without(ofRules, selected));
  return { selected, messages: told.all };
}

/**
 * What is said, once, about calls that rules look at and that the sensor cannot record here;
 * nothing when there are none. `unrecorded` may hold calls that no rule looks at.
 */
export function unrecordedMessage(
  ofRules: ReadonlySet<number>,
  unrecorded: ReadonlySet<number>,
): PlanMessage | undefined {
  const names = eventNamesOf(intersection(ofRules, unrecorded));
  if (names.length === 0) return undefined;
  const text =
    `Loaded rules match syscalls that this sensor does not record, ` +
    `these rules cannot match on them: ${names.join(', ')}`;
  return { level: 'warning', text };
}

interface NamedCalls {
  readonly codes: Set<number>;
  readonly unknown: string[];
}

function readCustomSet(customSet: readonly string[]): {
  readonly added: NamedCalls;
  readonly removed: NamedCalls;
} {
  const added: NamedCalls = { codes: new Set(), unknown: [] };
  const removed: NamedCalls = { codes: new Set(), unknown: [] };
  for (const entry of new Set(customSet)) {
    if (entry === '') continue;
    const isNegative = entry.length > 1 && entry.startsWith('!');
    const name = isNegative ? entry.slice(1) : entry;
    const calls = isNegative ? removed : added;
    const codes = syscallsNamed(name);
    if (codes.length === 0) calls.unknown.push(name);
    for (const code of codes) calls.codes.add(code);
  }
  return { added, removed };
}

/** Sets are told by the names of their events, of which there may be more than calls. */
class Messages {
  readonly all: PlanMessage[] = [];
  readonly #suggestWork = suggestWork();

  set(
    what: string,
    syscalls: ReadonlySet<number>,
    sign = '',
    level: PlanMessage['level'] = 'debug',
  ): void {
    const names = eventNamesOf(syscalls);
    this.all.push({ level, text: `${sign}(${names.length}) ${what}: ${names.join(', ')}` });
  }

  unknown(which: 'positive' | 'negative', names: readonly string[]): void {
    if (names.length === 0) return;
    const listed = names.toSorted().map((name) => {
      const meant = suggest(name, syscallEventNames(), this.#suggestWork);
      return meant === undefined ? name : `${name} (did you mean "${meant}"?)`;
    });
    const text =
      `Invalid (${which}) syscall names: warning (base_syscalls override): ` + listed.join(', ');
    this.all.push({ level: 'warning', text });
  }

  inactive(syscalls: ReadonlySet<number>): void {
    if (syscalls.size === 0) return;
    const text =
      'Loaded rules match syscalls that are not activated: warning (unsupported-evttype): ' +
      `${eventNamesOf(syscalls).join(', ')}. High-volume ones are switched on by ` +
      'base_syscalls.all, others are taken away by base_syscalls.custom_set';
    this.all.push({ level: 'warning', text });
  }
}

function union(...sets: readonly Iterable<number>[]): ReadonlySet<number> {
  return new Set(sets.flatMap((set) => [...set]));
}

function without(set: ReadonlySet<number>, removed: ReadonlySet<number>): ReadonlySet<number> {
  return new Set([...set].filter((code) => !removed.has(code)));
}

function intersection(left: ReadonlySet<number>, right: ReadonlySet<number>): ReadonlySet<number> {
  return new Set([...left].filter((code) => right.has(code)));
}
