import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { SilenceMonitor } from './silence-monitor.ts';

describe('silence of the kernel', () => {
  test('is told after so many empty reads of 30 ms, and again after as many', () => {
    const monitor = new SilenceMonitor(10, 0);
    const told: number[] = [];
    for (let now = 0; now <= 1000; now += 50) if (monitor.check(now) !== undefined) told.push(now);
    assert.deepEqual(told, [350, 700]);
  });

  test('events end it', () => {
    const monitor = new SilenceMonitor(10, 0);
    monitor.onEvents(200, 1, 1);
    assert.equal(monitor.check(500), undefined);
    assert.notEqual(monitor.check(501), undefined);
  });

  test('the message', () => {
    const monitor = new SilenceMonitor(1000, 0);
    assert.equal(monitor.check(30_000), undefined);
    const none = monitor.check(30_001);
    assert.deepEqual(none, {
      rule: 'Falco internal: timeouts notification',
      priority: 7,
      text: 'Falco internal: timeouts notification. 1000 consecutive timeouts without event.',
      fields: { last_event_time: 'none' },
    });
    const time = 1_700_000_000_123_456_789n;
    monitor.onEvents(40_000, Number(time & 0xffff_ffffn), Number(time >> 32n));
    const last = JSON.stringify(monitor.check(100_000)?.fields);
    assert.match(last, /^\{"last_event_time":"\d\d:\d\d:20\.123456789"\}$/);
  });
});
