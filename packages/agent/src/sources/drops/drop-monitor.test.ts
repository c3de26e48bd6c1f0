import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { DEFAULT_LINE_OPTIONS, formatAlert } from '@saker/core/engine/alert-line.ts';
import { internalAlert } from '@saker/core/engine/internal-alert.ts';
import {
  LOST_CLASSES,
  type LostClass,
  type SensorCounters,
} from '@saker/sensor/sensor-counters.ts';
import type { DropsConfig } from '../../config/config.ts';
import { DropMonitor, type DropReport } from './drop-monitor.ts';

const policy: DropsConfig = {
  threshold: 0.1,
  actions: ['log', 'alert'],
  rate: 0.033_33,
  maxBurst: 1,
  simulate: false,
};

interface Counted {
  readonly records: number;
  readonly lost?: Partial<Record<LostClass, number>>;
  readonly tooLong?: number;
}

function counters({ records, lost = {}, tooLong = 0 }: Counted): SensorCounters {
  const none = Object.fromEntries(LOST_CLASSES.map((name) => [name, 0]));
  const byClass = { ...none, ...lost } as Record<LostClass, number>;
  const lostTotal = Object.values(byClass).reduce((sum, count) => sum + count, 0);
  return { records, lost: byClass, lostTotal, tooLong };
}

/** The report of the first second, in which that much was counted. */
function report(changes: Partial<DropsConfig>, counted: Counted): DropReport {
  const before = counters({ records: 1000, lost: { open: 50 } });
  const monitor = new DropMonitor({ ...policy, ...changes }, before, 0);
  const lost = { ...counted.lost, open: (counted.lost?.open ?? 0) + 50 };
  const after = counters({ ...counted, records: counted.records + 1000, lost });
  assert.equal(monitor.isDue(1001), true);
  return monitor.check(after, 1001);
}

const levels = ({ logs }: DropReport): string =>
  logs.map(({ level, text }) => `${level}: ${text}`).join('\n');

describe('when something is done', () => {
  interface Case {
    readonly name: string;
    readonly changes?: Partial<DropsConfig>;
    readonly counted: Counted;
    readonly acts: boolean;
  }
  const cases: readonly Case[] = [
    { name: 'nothing lost', counted: { records: 100 }, acts: false },
    { name: 'nothing at all', counted: { records: 0 }, acts: false },
    {
      name: 'as much as the threshold',
      counted: { records: 100, lost: { open: 10 } },
      acts: false,
    },
    { name: 'more', counted: { records: 100, lost: { open: 11 } }, acts: true },
    {
      name: 'classes together',
      counted: { records: 100, lost: { other: 6, proc: 6 } },
      acts: true,
    },
    { name: 'too long ones count', counted: { records: 100, tooLong: 11 }, acts: true },
    {
      name: 'any, with the threshold 0',
      changes: { threshold: 0 },
      counted: { records: 1_000_000, lost: { close: 1 } },
      acts: true,
    },
    {
      name: 'never, with the threshold 1',
      changes: { threshold: 1 },
      counted: { records: 10, lost: { close: 10 } },
      acts: false,
    },
    {
      name: 'simulated, whatever the threshold',
      changes: { threshold: 1, simulate: true },
      counted: { records: 1_000_000 },
      acts: true,
    },
    {
      name: 'simulated without any event',
      changes: { simulate: true },
      counted: { records: 0 },
      acts: true,
    },
  ];
  for (const { name, changes = {}, counted, acts } of cases) {
    test(name, () => assert.equal(report(changes, counted).alert !== undefined, acts));
  }
});

describe('what is done', () => {
  const much: Counted = { records: 100, lost: { open: 20 } };
  const message = 'Falco internal: syscall event drop. 20 system calls dropped in last second.';

  test('each action', () => {
    const cases: readonly (readonly [DropsConfig['actions'], string, boolean, boolean])[] = [
      [[], '', false, false],
      [['log'], `warning: ${message}`, false, false],
      [['alert'], '', true, false],
      [
        ['log', 'alert', 'exit'],
        `warning: ${message}\ncritical: ${message}\n` +
          'critical: Exiting: syscall_event_drops.actions has "exit".',
        true,
        true,
      ],
    ];
    for (const [actions, logs, alerts, exits] of cases) {
      const done = report({ actions }, much);
      assert.equal(levels(done), logs);
      assert.equal(done.alert !== undefined, alerts);
      assert.equal(done.exits, exits);
    }
  });

  test('the alert holds the difference to the second before, by class', () => {
    const counted: Counted = {
      records: 1000,
      lost: { other: 1, clone_fork: 2, execve: 3, connect: 4, open: 500, dir_file: 6 },
      tooLong: 9,
    };
    const { alert } = report({}, counted);
    assert(alert !== undefined);
    const origin = { hostname: 'h', iso8601: true };
    const line = formatAlert(internalAlert(alert, 1_700_000_000_000_000_000n, origin), {
      ...DEFAULT_LINE_OPTIONS,
      json: true,
    });
    assert.deepEqual(JSON.parse(line), {
      hostname: 'h',
      output: 'Falco internal: syscall event drop. 525 system calls dropped in last second.',
      output_fields: {
        ebpf_enabled: '1',
        n_drops: '525',
        n_drops_bug: '0',
        n_drops_buffer_clone_fork_exit: '2',
        n_drops_buffer_close_exit: '0',
        n_drops_buffer_connect_exit: '4',
        n_drops_buffer_dir_file_exit: '6',
        n_drops_buffer_execve_exit: '3',
        n_drops_buffer_open_exit: '500',
        n_drops_buffer_other_interest_exit: '0',
        n_drops_buffer_proc_exit: '0',
        n_drops_buffer_total: '516',
        n_drops_page_faults: '0',
        n_drops_scratch_map: '9',
        n_evts: '1000',
      },
      priority: 'Debug',
      rule: 'Falco internal: syscall event drop',
      source: 'internal',
      time: '2023-11-14T22:13:20.000000000Z',
    });
  });

  test('a simulated loss is in the sum only', () => {
    const done = report({ simulate: true, actions: ['alert'] }, { records: 10 });
    assert.equal(levels(done), 'info: Simulating syscall event drop');
    assert.equal(done.alert?.fields['n_drops'], '1');
    assert.equal(done.alert?.fields['n_drops_buffer_total'], '0');
  });
});

describe('over time', () => {
  test('once a second, and no more often than the rate allows', () => {
    const monitor = new DropMonitor(policy, counters({ records: 0 }), 5000);
    const acted: number[] = [];
    let checks = 0;
    for (let now = 5000; now <= 5000 + 65_000; now += 250) {
      if (!monitor.isDue(now)) continue;
      checks++;
      const count = now * 10;
      if (monitor.check(counters({ records: count, lost: { open: count } }), now).alert) {
        acted.push(now);
      }
    }
    // Checks come at every fifth look: the fourth is not later than a second after the last one.
    assert.equal(checks, 52);
    assert.deepEqual(acted, [6250, 37_500, 68_750]);
    assert.equal(
      monitor.summary(),
      'Syscall event drop monitoring:\n' +
        '   - event drop detected: 52 occurrences\n' +
        '   - num times actions taken: 3\n',
    );
  });

  test('without a token only a word for debugging', () => {
    const monitor = new DropMonitor({ ...policy, maxBurst: 0 }, counters({ records: 0 }), 0);
    const done = monitor.check(counters({ records: 2, lost: { open: 1 } }), 1001);
    const text = 'Syscall event drop but token bucket depleted, skipping actions';
    assert.deepEqual(done, { logs: [{ level: 'debug', text }], alert: undefined, exits: false });
    assert.equal(monitor.actionsTaken, 0);
    assert.equal(monitor.detected, 1);
  });
});
