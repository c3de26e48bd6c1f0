/** The event's thread itself: ids, scheduling, cgroups, threads of its process, memory, CPU. */

import { PPME } from '../events/event-codes.gen.ts';
import type { EventContext } from '../state/event-context.ts';
import type { ThreadInfo } from '../state/thread-info.ts';
import type { Extractor, Field } from './field.ts';
import { spaced } from './nul-list.ts';
import { shownId } from './proc-ids.ts';
import { BOOL, CHARBUF, COUNT, DOUBLE, ID, RELTIME } from './shapes.ts';
import { fieldMaker } from './simple-field.ts';

const field = fieldMaker('process');

const identity: readonly Field[] = [
  field({
    name: 'thread.tid',
    ...ID,
    description: 'Id of the thread, as the host sees it. Known also where nothing else is.',
    scope: 'thread',
    extract: ({ event }) => shownId(event.tid),
  }),
  field({
    name: 'thread.ismain',
    ...BOOL,
    description: 'The thread is the main thread of its process.',
    scope: 'thread',
    extract: ({ thread }) => thread?.isMain,
  }),
  field({
    name: 'thread.vtid',
    ...ID,
    description: 'Id of the thread as it sees it itself, in its own pid namespace.',
    scope: 'thread',
    extract: ({ thread }) => (thread === undefined || thread.vtid === -1 ? undefined : thread.vtid),
  }),
  field({
    name: 'thread.nametid',
    ...CHARBUF,
    description: 'proc.name directly followed by thread.tid.',
    hidden: true,
    scope: 'thread',
    extract: ({ thread, event }) =>
      thread === undefined ? undefined : `${thread.comm}${event.tid}`,
  }),
  // Falco counts these on scheduler switches only, which it does not ask the kernel for, and never
  // in replays.
  field({
    name: 'thread.exectime',
    ...RELTIME,
    description:
      'Constant 0: nanoseconds that the thread ran until a scheduler switch, which is not counted.',
    known: () => ({ value: 0 }),
    extract: () => 0,
  }),
  field({
    name: 'thread.totexectime',
    ...RELTIME,
    description:
      'Constant 0: the sum of thread.exectime, which is not counted. Absent without a thread.',
    extract: ({ thread }) => (thread === undefined ? undefined : 0),
  }),
];

const cgroups: readonly Field[] = [
  field({
    name: 'thread.cgroups',
    ...CHARBUF,
    description: 'All cgroups of the thread, controller=path separated by blanks.',
    scope: 'thread',
    extract: ({ thread }) =>
      thread === undefined || thread.cgroups === '' ? undefined : spaced(thread.cgroups),
  }),
  {
    class: 'process',
    name: 'thread.cgroup',
    ...CHARBUF,
    description:
      'Path of the cgroup that the thread is in for one controller: thread.cgroup.cpu, ' +
      'thread.cgroup.memory, ...',
    scope: 'thread',
    argument: { kind: ['name'], required: true },
    bind: (argument) => {
      const prefix = `${argument?.text ?? ''}=`;
      return ({ thread }) =>
        thread?.cgroupList.find((item) => item.startsWith(prefix))?.slice(prefix.length);
    },
  },
];

/** Consumed CPU as a `procinfo` event reports it: parameters 0 (user) and 1 (system). */
type Consumed = (context: EventContext) => number;

const userCpu: Consumed = ({ event }) => Number(event.unsigned64(0));
const systemCpu: Consumed = ({ event }) => Number(event.unsigned64(1));

interface CpuSample {
  eventNumber: number;
  consumed: number;
  percent: number;
}

const CPU_PERCENT_MAX = 100;

/**
 * The growth since the thread's previous `procinfo` event. Each use keeps its own samples, and
 * asking twice on one event gives the same answer twice.
 */
function cpuExtractor(consumed: Consumed): Extractor {
  const samples = new WeakMap<ThreadInfo, CpuSample>();
  return (context) => {
    const { thread, event } = context;
    if (thread === undefined || event.type !== PPME.PPME_PROCINFO_E) return undefined;
    const sample = samples.get(thread);
    const now = consumed(context);
    if (sample === undefined) {
      samples.set(thread, { eventNumber: event.num, consumed: now, percent: 0 });
      return 0;
    }
    if (sample.eventNumber !== event.num) {
      const grown = sample.consumed === 0 ? 0 : now - sample.consumed;
      sample.percent = Math.min(CPU_PERCENT_MAX, Math.max(0, grown));
      sample.consumed = now;
      sample.eventNumber = event.num;
    }
    return sample.percent;
  };
}

function cpuField(name: string, consumed: Consumed, description: string): Field {
  return {
    class: 'process',
    name,
    ...DOUBLE,
    description,
    scope: 'moment',
    bind: () => cpuExtractor(consumed),
    known: (type) => (type === PPME.PPME_PROCINFO_E ? undefined : 'absent'),
  };
}

/** Memory of the process, reported once per process: by its main thread. */
function mainMemory(
  name: string,
  read: (thread: ThreadInfo) => number,
  description: string,
  hidden = false,
): Field {
  return field({
    name,
    ...COUNT,
    description,
    hidden,
    extract: ({ thread }) => {
      if (thread === undefined) return undefined;
      return thread.isMain ? read(thread) : 0;
    },
  });
}

const usage: readonly Field[] = [
  field({
    name: 'proc.nthreads',
    ...COUNT,
    description: 'Threads of the process that are alive, the main thread included.',
    extract: ({ thread }) => (thread === undefined ? undefined : (thread.group?.alive ?? 0)),
  }),
  field({
    name: 'proc.nchilds',
    ...COUNT,
    description: 'Threads of the process that are alive besides its main thread.',
    extract: ({ thread }) => {
      if (thread === undefined) return undefined;
      const group = thread.group;
      if (group === undefined) return 0;
      return group.main === undefined || group.main.dead ? group.alive : group.alive - 1;
    },
  }),
  cpuField(
    'thread.cpu',
    (context) => userCpu(context) + systemCpu(context),
    'CPU that the thread used since its last procinfo event, in percent. Absent on other events.',
  ),
  cpuField(
    'thread.cpu.user',
    userCpu,
    'The part of thread.cpu that was spent in the program itself.',
  ),
  cpuField('thread.cpu.system', systemCpu, 'The part of thread.cpu that was spent in the kernel.'),
  mainMemory(
    'thread.vmsize',
    (thread) => thread.vmSizeKb,
    'proc.vmsize for the main thread, 0 for the others: sums over threads are then right.',
  ),
  mainMemory(
    'thread.vmrss',
    (thread) => thread.vmRssKb,
    'proc.vmrss for the main thread, 0 for the others: sums over threads are then right.',
  ),
  mainMemory(
    'thread.vmsize.b',
    (thread) => thread.vmSizeKb * 1024,
    'thread.vmsize in bytes.',
    true,
  ),
  mainMemory('thread.vmrss.b', (thread) => thread.vmRssKb * 1024, 'thread.vmrss in bytes.', true),
];

/** In the order of the listing. */
export const threadFields: readonly Field[] = [...identity, ...cgroups, ...usage];
