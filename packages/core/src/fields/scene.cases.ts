/** For tests: a machine whose threads are made by hand, and what fields show on its events. */

import assert from 'node:assert/strict';
import { encodeEvent, viewRecord } from '../events/encode.ts';
import type { ParamInput } from '../events/encode-param.ts';
import { PPME } from '../events/event-codes.gen.ts';
import { EventView } from '../events/event-view.ts';
import { type ContainerInfo, unknownContainer } from '../state/container-info.ts';
import type { EventContext } from '../state/event-context.ts';
import { SystemState } from '../state/system-state.ts';
import { ThreadInfo } from '../state/thread-info.ts';
import type { Extractor, Field, FieldArgument, Value } from './field.ts';

/** What a test sets of a thread; lists are given as lists. */
export type ThreadTraits = Partial<
  Omit<ThreadInfo, 'args' | 'env' | 'cgroups' | 'tid' | 'isMain' | 'isInvalid'>
> & {
  readonly args?: readonly string[];
  readonly env?: readonly string[];
  readonly cgroups?: readonly string[];
};

export class Scene {
  readonly state: SystemState = new SystemState(new EventView());

  /** A process with one thread, and no parent unless `ptid` says so. */
  process(tid: number, traits: ThreadTraits = {}): ThreadInfo {
    return this.thread(tid, { pid: tid, vtid: tid, vpid: tid, ptid: 0, ...traits });
  }

  /** A thread of any group, or a placeholder when nothing is said. */
  thread(tid: number, traits: ThreadTraits = {}): ThreadInfo {
    const thread = new ThreadInfo(tid);
    const { args = [], env = [], cgroups = [], ...rest } = traits;
    Object.assign(thread, rest, {
      args: args.join('\0'),
      env: env.join('\0'),
      cgroups: cgroups.join('\0'),
    });
    assert.ok(this.state.threads.add(thread));
    return thread;
  }

  /** Makes a container's metadata known. */
  contain(container: ContainerInfo): void {
    this.state.containers.add(container);
  }

  /** Lets the event with this number be the one that told of the container. */
  announce(container: ContainerInfo, eventNumber: number): void {
    Object.assign(this.state.containers, { eventContainer: container, eventNumber });
  }

  /** An event of the thread; of none when it is undefined. */
  on(thread: ThreadInfo | undefined, event: EventView = closeEvent()): EventContext {
    const context = Object.assign(Object.create(this.state.context) as EventContext, {
      event,
      thread,
      main: thread === undefined ? undefined : this.state.threads.mainOf(thread),
    });
    event.tid = thread?.tid ?? event.tid;
    return context;
  }
}

/** Metadata of which only some is of interest. */
export function containerOf(traits: Partial<ContainerInfo>): ContainerInfo {
  return { ...unknownContainer, ...traits };
}

export function closeEvent(num = 1): EventView {
  return makeEvent(PPME.PPME_SYSCALL_CLOSE_X, [0, 3], { num, time: 0 });
}

export function makeEvent(
  type: number,
  params: readonly ParamInput[],
  header: { readonly num: number; readonly time: number | bigint },
): EventView {
  const event = viewRecord(encodeEvent(type, { time: header.time, tid: 0 }, params));
  event.num = header.num;
  return event;
}

/** `proc.aname[2]`, `thread.cgroup.cpu`: the field among `fields`, and its argument. */
export function find(
  fields: readonly Field[],
  written: string,
): readonly [field: Field, argument: FieldArgument | undefined] {
  const bracket = /^([^[]*)\[(.*)\]$/s.exec(written);
  const name = bracket?.[1] ?? written;
  const exact = fields.find((field) => field.name === name);
  if (exact !== undefined) {
    return [exact, bracket ? { text: bracket[2] ?? '', bracketed: true } : undefined];
  }
  const dotted = fields.find(
    (field) => field.argument?.kind.includes('name') && name.startsWith(`${field.name}.`),
  );
  assert.ok(dotted, `no field ${written}`);
  return [dotted, { text: name.slice(dotted.name.length + 1), bracketed: false }];
}

export function extractorOf(fields: readonly Field[], written: string): Extractor {
  const [field, argument] = find(fields, written);
  const extract = field.bind(argument);
  assert.ok(typeof extract === 'function', `${written}: ${String(extract)}`);
  return extract;
}

/** What an output shows; undefined: absent. */
export function valueOf(
  fields: readonly Field[],
  written: string,
  context: EventContext,
): Value | undefined {
  return extractorOf(fields, written)(context);
}

/** What a condition compares. */
export function candidatesOf(
  fields: readonly Field[],
  written: string,
  context: EventContext,
): Value | undefined {
  const [field, argument] = find(fields, written);
  assert.ok(field.candidates);
  return field.candidates(argument)(context);
}
