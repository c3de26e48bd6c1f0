import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { fromText, toText } from '../base/byte-string.ts';
import { handleAuditBody } from './audit-body.ts';
import { encodeBatch, eventsOf } from './event-batch.ts';
import { type SplitPayload, splitPayload } from './split-payload.ts';

const LIMIT = 262_144;
const STAMP = '2018-10-26T13:42:46.808261Z';
const TIME = BigInt(Date.UTC(2018, 9, 26, 13, 42, 46)) * 1_000_000n + 808_261_000n;

function event(id: string, more: object = {}): object {
  return { kind: 'Event', auditID: id, stageTimestamp: STAMP, ...more };
}

function split(payload: unknown, limit = LIMIT): SplitPayload {
  const text = typeof payload === 'string' ? payload : JSON.stringify(payload);
  return splitPayload(fromText(text), limit);
}

function ids({ events }: SplitPayload): unknown[] {
  return events.map(({ text }) => (JSON.parse(toText(text)) as { auditID: unknown }).auditID);
}

test('payloads of every form', () => {
  const unnamed = { auditID: 'c', stageTimestamp: STAMP };
  const list = { kind: 'EventList', items: [event('a'), event('b'), unnamed] };
  const lines = `${JSON.stringify(event('a'))}\n\n${JSON.stringify(list)}\r\n`;
  const cases: readonly [name: string, payload: unknown, ids: string[]][] = [
    ['an event', event('a'), ['a']],
    ['an event on many lines', JSON.stringify(event('a'), undefined, 2), ['a']],
    ['a list, whose elements need no kind', list, ['a', 'b', 'c']],
    ['an empty list', { kind: 'EventList', items: [] }, []],
    ['an array', [event('a'), event('b')], ['a', 'b']],
    ['arrays in arrays', [[event('a')], [], [[list]]], ['a', 'a', 'b', 'c']],
    ['lines', lines, ['a', 'a', 'b', 'c']],
  ];
  for (const [name, payload, want] of cases) {
    const result = split(payload);
    assert.deepEqual(ids(result), want, name);
    assert.deepEqual(result.problems, [], name);
  }
});

test('one bad part does not cost its neighbours', () => {
  const good = event('g');
  const cases: readonly [payload: unknown, problem: RegExp][] = [
    [[good, { kind: 'Pod' }], /^data not recognized as a k8s audit event: its kind is "Pod"$/],
    [[good, 17], /it is 17 and no object/],
    [[good, {}], /it has no kind/],
    [[good, { kind: 7 }], /its kind is 7/],
    [[good, { kind: 'EventList' }], /an EventList without items/],
    [[good, event('b', { stageTimestamp: 'today' })], /stageTimestamp: "today" is no time/],
    [[good, event('b', { stageTimestamp: null })], /stageTimestamp: null is no time/],
    [[good, { kind: 'Event' }], /the event has none/],
    [{ kind: 'EventList', items: [null, good] }, /the event has none/],
    [`{"kind":\n${JSON.stringify(good)}`, /^no JSON: at line 1, byte 8: expected a value/],
  ];
  for (const [payload, problem] of cases) {
    const result = split(payload);
    assert.deepEqual(ids(result), ['g'], JSON.stringify(payload));
    assert.equal(result.problems.length, 1);
    assert.match(result.problems[0]?.message ?? '', problem);
  }
});

test('texts are compact and keep what they say', () => {
  const [found] = split(
    '{ "kind" : "Event",\n "n": 12345678901234567890.10, "2": 1, "1": "é \\u00e9  ",' +
      ` "stageTimestamp": "${STAMP}" }`,
  ).events;
  assert.equal(
    toText(found?.text ?? ''),
    '{"kind":"Event","n":12345678901234567890.10,"2":1,"1":"é \\u00e9  ",' +
      `"stageTimestamp":"${STAMP}"}`,
  );
  assert.equal(found?.timeNs, TIME);
});

test('events beyond the limit are dropped', () => {
  const small = event('s');
  const large = event('l', { filler: 'x'.repeat(100) });
  const limit = JSON.stringify(small).length;
  const result = split([large, small], limit);
  assert.deepEqual(ids(result), ['s']);
  assert.deepEqual(result.problemCounts, { json: 0, kind: 0, time: 0, size: 1 });
  assert.match(
    result.problems[0]?.message ?? '',
    new RegExp(`^event larger than maxEventSize: it has \\d+ bytes, maxEventSize allows ${limit}$`),
  );
});

test('problems are counted beyond those that are told', () => {
  const result = split(Array.from({ length: 1000 }, () => ({})));
  assert.equal(result.problemCounts.kind, 1000);
  assert.equal(result.problems.length, 10);
});

test('text that is no JSON is one problem, however many lines it has', () => {
  const { problems, problemCounts } = split('{\n"a": 1,\n"b" 2\n}');
  assert.equal(problems[0]?.message, 'no JSON: at byte 14: expected ":", found "2"');
  assert.equal(problemCounts.json, 1);
});

test('bodies and their answers', () => {
  const body = (text: string) => new TextEncoder().encode(text);
  const cases: readonly [type: string | undefined, body: string, status: number, text: RegExp][] = [
    ['application/json', JSON.stringify(event('a')), 200, /^$/],
    ['Application/JSON; charset=utf-8', JSON.stringify([event('a'), {}]), 200, /^$/],
    ['application/json', '{"kind":"EventList","items":[]}', 200, /^$/],
    ['text/plain', JSON.stringify(event('a')), 400, /^wrong Content Type$/],
    [undefined, JSON.stringify(event('a')), 400, /^wrong Content Type$/],
    ['application/json', '', 400, /^bad request: no JSON: at byte 0: expected a value, found the/],
    ['application/json', '{', 400, /^bad request: no JSON: at byte 1/],
    ['application/json', '{"kind":"Pod"}', 400, /^bad request: data not recognized/],
  ];
  for (const [type, text, status, answer] of cases) {
    const found = handleAuditBody(type, body(text), LIMIT);
    assert.equal(found.status, status, text);
    assert.match(found.text, answer);
  }
});

test('batches hold events as they were', () => {
  const { events } = split([event('a', { text: 'é€😀' }), event('b'), event('c')]);
  const found = [...eventsOf(encodeBatch(events))];
  assert.deepEqual(
    found.map(({ bytes, timeNs }) => [new TextDecoder().decode(bytes), timeNs]),
    events.map(({ text, timeNs }) => [toText(text), timeNs]),
  );
  assert.deepEqual([...eventsOf(encodeBatch([]))], []);
});

const member = fc.oneof(
  fc.jsonValue(),
  fc.constantFrom<unknown>('Event', 'EventList', STAMP, [], [event('x')], null),
);
const eventLike = fc.record(
  { kind: member, items: fc.array(member), stageTimestamp: member, auditID: member },
  { requiredKeys: [] },
);

test('nothing that comes in is thrown back', () => {
  const payload = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.oneof(fc.jsonValue(), eventLike, fc.array(eventLike)).map((value) => JSON.stringify(value)),
    fc.array(fc.oneof(fc.json(), fc.string())).map((lines) => lines.join('\n')),
  );
  fc.assert(
    fc.property(payload, fc.nat(400), (text, limit) => {
      const { events, problems } = split(text, limit);
      for (const { text: found, timeNs } of events) {
        assert.ok(found.length <= limit && timeNs >= 0n);
        JSON.parse(toText(found));
      }
      assert.ok(problems.every(({ message }) => /^[ -~]*$/.test(message)));
    }),
    { numRuns: 500 },
  );
});
