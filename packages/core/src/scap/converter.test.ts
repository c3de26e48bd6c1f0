import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import * as fc from 'fast-check';
import { PPM_AT_FDCWD } from '../events/constants.gen.ts';
import { encodeEvent } from '../events/encode.ts';
import type { ParamInput } from '../events/encode-param.ts';
import { PPME } from '../events/event-codes.gen.ts';
import { eventTable } from '../events/event-table.ts';
import { EventView } from '../events/event-view.ts';
import { EF, paramWidths } from '../events/param-types.gen.ts';
import { EventConverter, passAt } from './converter.ts';
import { converterRows } from './converter-rows.gen.ts';
import { ReadCounts } from './read-counts.ts';

interface Source {
  readonly type: number;
  readonly params: readonly ParamInput[];
  readonly tid?: number;
}

/** What the events become: code and parameters in hex, for those that are delivered. */
class Conversation {
  readonly counts = new ReadCounts();
  readonly #converter = new EventConverter(this.counts);
  readonly #event = new EventView();

  give({ type, params, tid = 1 }: Source): EventView | undefined {
    const record = encodeEvent(type, { time: 5, tid }, params);
    return this.giveRecord(record);
  }

  giveRecord(record: Uint8Array): EventView | undefined {
    const event = this.#event;
    event.attach(record, new DataView(record.buffer, record.byteOffset, record.length));
    assert.ok(event.place(0, record.length));
    const passes = event.paramCount >= (passAt[event.type] ?? 0);
    return passes || this.#converter.convert(event) ? event : undefined;
  }
}

function described(event: EventView | undefined): string[] {
  if (event === undefined) return [];
  const values = Array.from({ length: event.paramCount }, (_, index) =>
    Buffer.from(event.raw(index), 'latin1').toString('hex'),
  );
  return [eventTable[event.type]?.code ?? '', ...values];
}

/** A number as the bytes of a parameter. */
function le(value: number, width: number): string {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64LE(BigInt(value));
  return bytes.toString('hex', 0, width);
}

const text = (value: string): string => Buffer.from(`${value}\0`).toString('hex');
const cwd = PPM_AT_FDCWD;

suite('old events', () => {
  const cases: readonly {
    readonly name: string;
    readonly given: readonly Source[];
    /** In groups, for the layout's sake. */
    readonly want: readonly (string | readonly string[])[];
    readonly counts?: Partial<ReadCounts>;
  }[] = [
    {
      name: 'parameters are added from the enter event',
      given: [
        { type: PPME.PPME_SYSCALL_READ_E, params: [3, 100] },
        { type: PPME.PPME_SYSCALL_READ_X, params: [7, 'content'] },
      ],
      want: ['PPME_SYSCALL_READ_X', le(7, 8), '636f6e74656e74', le(3, 8), le(100, 4)],
      counts: { merged: 1 },
    },
    {
      name: 'without the enter event they have the default of their type',
      given: [{ type: PPME.PPME_SYSCALL_READ_X, params: [7, 'content'] }],
      want: ['PPME_SYSCALL_READ_X', le(7, 8), '636f6e74656e74', le(0, 8), le(0, 4)],
    },
    {
      name: 'the default of variable types is nothing',
      given: [{ type: PPME.PPME_SOCKET_SEND_X, params: [0, ''] }],
      want: ['PPME_SOCKET_SEND_X', le(0, 8), '', le(0, 8), le(0, 4), ''],
    },
    {
      name: 'without the enter event, where the row falls back to empty',
      given: [{ type: PPME.PPME_SYSCALL_SETUID_X, params: [0] }],
      want: ['PPME_SYSCALL_SETUID_X', le(0, 8), ''],
    },
    {
      name: 'an event of another thread does not count',
      given: [
        { type: PPME.PPME_SYSCALL_CLOSE_E, params: [3], tid: 2 },
        { type: PPME.PPME_SYSCALL_CLOSE_X, params: [0], tid: 1 },
      ],
      want: ['PPME_SYSCALL_CLOSE_X', le(0, 8), le(0, 8)],
      counts: { merged: 1 },
    },
    {
      name: 'the enter event is used once',
      given: [
        { type: PPME.PPME_SYSCALL_CLOSE_E, params: [3] },
        { type: PPME.PPME_SYSCALL_CLOSE_X, params: [0] },
        { type: PPME.PPME_SYSCALL_CLOSE_X, params: [0] },
      ],
      want: ['PPME_SYSCALL_CLOSE_X', le(0, 8), le(0, 8)],
    },
    {
      name: 'the latest enter event counts',
      given: [
        { type: PPME.PPME_SYSCALL_CLOSE_E, params: [3] },
        { type: PPME.PPME_SYSCALL_CLOSE_E, params: [4] },
        { type: PPME.PPME_SYSCALL_CLOSE_X, params: [0] },
      ],
      want: ['PPME_SYSCALL_CLOSE_X', le(0, 8), le(4, 8)],
      counts: { merged: 2 },
    },
    {
      name: 'the enter event of another call: left out',
      given: [
        { type: PPME.PPME_SYSCALL_READ_E, params: [3, 100] },
        { type: PPME.PPME_SYSCALL_CLOSE_X, params: [0] },
      ],
      want: [],
      counts: { merged: 1, wrongEnter: 1 },
    },
    {
      name: 'a number of parameters that no version had: left out',
      given: [{ type: PPME.PPME_SYSCALL_READ_X, params: [7] }],
      want: [],
      counts: { noConversion: 1 },
    },
    {
      name: 'the type changes, and the new event is converted in its turn',
      given: [
        { type: PPME.PPME_SYSCALL_OPENAT_E, params: [cwd, 'a/b', 1, 0] },
        { type: PPME.PPME_SYSCALL_OPENAT_X, params: [5] },
      ],
      want: [
        'PPME_SYSCALL_OPENAT_2_X',
        [le(5, 8), le(cwd, 8), text('a/b'), le(1, 4), le(0, 4), '', ''],
      ],
      counts: { merged: 1 },
    },
    {
      name: 'sixteen versions of execve',
      given: [
        {
          type: PPME.PPME_SYSCALL_EXECVE_8_X,
          params: [0, 'sh', '-c\0', 7, 7, 1, '/', 1024],
        },
      ],
      want: [
        'PPME_SYSCALL_EXECVE_19_X',
        [le(0, 8), text('sh'), '2d6300', le(7, 8), le(7, 8), le(1, 8), text('/'), le(1024, 8)],
        ...Array.from({ length: 23 }, () => ''),
      ],
    },
    {
      name: 'enter events that are kept and delivered too',
      given: [{ type: PPME.PPME_SOCKET_CONNECT_E, params: [3] }],
      want: ['PPME_SOCKET_CONNECT_E', le(3, 8), ''],
    },
    {
      name: 'enter events of which nothing is needed',
      given: [{ type: PPME.PPME_SYSCALL_CHDIR_E, params: [] }],
      want: [],
      counts: { oldEnter: 1 },
    },
    {
      name: 'events that are unused',
      given: [{ type: PPME.PPME_PROCEXIT_X, params: [] }],
      want: [],
      counts: { unused: 1 },
    },
    {
      name: 'procexit',
      given: [{ type: PPME.PPME_PROCEXIT_E, params: [] }],
      want: ['PPME_PROCEXIT_1_E', '', '', '', '', ''],
    },
    {
      name: 'current events',
      given: [{ type: PPME.PPME_SYSCALL_CLOSE_X, params: [0, 3] }],
      want: ['PPME_SYSCALL_CLOSE_X', le(0, 8), le(3, 8)],
    },
    {
      name: 'an enter event that a row lets pass',
      given: [{ type: PPME.PPME_SYSCALL_OPENAT_2_E, params: [cwd, 'f', 1, 0] }],
      want: ['PPME_SYSCALL_OPENAT_2_E', le(cwd, 8), text('f'), le(1, 4), le(0, 4)],
    },
    {
      name: 'an empty ID keeps its place',
      given: [{ type: PPME.PPME_SYSCALL_CLONE_11_X, params: cloneParams() }],
      want: [
        'PPME_SYSCALL_CLONE_20_X',
        [le(9, 8), text('sh'), '', le(7, 8), le(7, 8), le(1, 8), text('/'), le(1024, 8)],
        ['', '', '', '', '', '', '', le(3, 4), le(100, 4), le(200, 4), '', '', ''],
      ],
    },
  ];
  for (const { name, given, want, counts } of cases) {
    test(name, () => {
      const conversation = new Conversation();
      let last: string[] = [];
      for (const source of given) last = described(conversation.give(source));
      assert.deepEqual(last, want.flat());
      const expected = Object.assign(new ReadCounts(), counts);
      if (counts !== undefined) assert.deepEqual(conversation.counts, expected);
    });
  }

  test('the first container events become JSON', () => {
    const given = (image: string | undefined): string[] => {
      const params = ['3ad7b26ded6d', 0, 'a "b"', image];
      return described(new Conversation().give({ type: PPME.PPME_CONTAINER_E, params }));
    };
    const json = '{"id":"3ad7b26ded6d","type":0,"name":"a \\"b\\"","image":"alpine"}';
    assert.deepEqual(given('alpine'), ['PPME_CONTAINER_JSON_2_E', text(json)]);
    assert.deepEqual(given(undefined), ['PPME_CONTAINER_JSON_2_E', '']);
  });

  test('a result longer than 64 KiB is left out', () => {
    const conversation = new Conversation();
    for (const [length, tooLong] of [
      [65_480, 0],
      [65_500, 1],
    ] as const) {
      const params = [0, new Uint8Array(length)];
      const event = conversation.give({ type: PPME.PPME_SYSCALL_READ_X, params });
      assert.equal(event === undefined, tooLong === 1);
      assert.equal(conversation.counts.tooLong, tooLong);
    }
  });
});

function cloneParams(): ParamInput[] {
  return [9, 'sh', '', 7, 7, 1, '/', new Uint8Array([0, 4, 0, 0, 0, 0, 0, 0]), 3, 100, 200];
}

/** Whole, and of a code that the converter leaves as it is. */
function isCurrent(event: EventView): boolean {
  const info = eventTable[event.type];
  if (info === undefined || (info.flags & EF.EF_UNUSED) !== 0) return false;
  if ((info.flags & EF.EF_CONVERTER_MANAGED) === 0) return (info.flags & EF.EF_OLD_VERSION) === 0;
  if (event.paramCount !== info.params.length) return false;
  return info.isEnter ? delivers.has(event.type) : (info.flags & EF.EF_OLD_VERSION) === 0;
}

/** Enter events that a row of the table delivers. */
const delivers = new Set(
  converterRows.flatMap(([type, , action]) =>
    action === 'pass' || action === 'store_and_pass' ? [type] : [],
  ),
);

suite('every row of the table', () => {
  for (const [type, paramCount, action] of converterRows) {
    const code = eventTable[type]?.code ?? '';
    test(`${code} with ${paramCount} parameters: ${action}`, () => {
      const conversation = new Conversation();
      const enter = converterRows.find(([event]) => event === type - 1);
      if (type % 2 === 1 && enter !== undefined) {
        conversation.give({ type: enter[0], params: zeros(enter[0], enter[1]) });
      }
      const before = conversation.counts.merged;
      const event = conversation.give({ type, params: zeros(type, paramCount) });
      const { merged, noConversion, wrongEnter, shortEnter, tooLong } = conversation.counts;
      assert.deepEqual([noConversion, wrongEnter, tooLong], [0, 0, 0]);
      if (event !== undefined) assert.ok(isCurrent(event), described(event).join(' '));
      else assert.equal(merged - before + shortEnter, 1);
      if (action === 'store') assert.equal(event, undefined);
    });
  }
});

/** Parameters of the right widths. */
function zeros(type: number, count: number): Uint8Array[] {
  const params = eventTable[type]?.params ?? [];
  return params.slice(0, count).map((param) => new Uint8Array(paramWidths[param.type] || 5));
}

test('any events in any order: delivered ones are current, and nothing breaks', () => {
  const source = fc.record({
    type: fc.nat({ max: eventTable.length - 1 }),
    tid: fc.nat({ max: 2 }),
    values: fc.array(fc.uint8Array({ maxLength: 12 }), { maxLength: 32 }),
  });
  fc.assert(
    fc.property(fc.array(source, { maxLength: 30 }), (sources) => {
      const conversation = new Conversation();
      for (const { type, tid, values } of sources) {
        const known = eventTable[type]?.params.length ?? 0;
        const event = conversation.give({ type, tid, params: values.slice(0, known) });
        if (event === undefined) continue;
        assert.ok(isCurrent(event), described(event).join(' '));
        assert.equal(event.tid, tid);
        assert.equal(event.timeLow, 5);
      }
    }),
    { numRuns: 500 },
  );
});
