import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import { type AnyEvent, anyEventOf } from './any-event.cases.ts';
import { encodeEvent, encodeNamed, viewRecord } from './encode.ts';
import type { ParamInput } from './encode-param.ts';
import { PPME } from './event-codes.gen.ts';
import { eventTable } from './event-table.ts';
import type { EventView } from './event-view.ts';
import { dynamicTables } from './flag-tables.gen.ts';
import { PT } from './param-types.gen.ts';
import { decodeFdList, decodeParam, isStringType, stringsAt } from './param-value.ts';
import { decodeSocketAddress, decodeSocketTuple } from './socket-address.ts';

const header = { time: 1_700_000_000_123_456_789n, tid: 42 };

/** The parameter in the form in which it was encoded. */
function decoded(event: EventView, index: number, type: number): ParamInput {
  switch (type) {
    case PT.PT_SOCKADDR:
      return decodeSocketAddress(event, index);
    case PT.PT_SOCKTUPLE:
      return decodeSocketTuple(event, index);
    case PT.PT_FDLIST:
      return decodeFdList(event, index);
    case PT.PT_CHARBUFARRAY:
    case PT.PT_CHARBUF_PAIR_ARRAY:
      return stringsAt(event, event.paramStart(index), event.paramLength(index));
    default:
      return decodeParam(event, index);
  }
}

function assertRoundTrip({ type, header, params }: AnyEvent): void {
  const event = viewRecord(encodeEvent(type, header, params));
  assert.equal(event.type, type);
  assert.equal(event.tid, header.tid);
  assert.equal((BigInt(event.timeHigh) << 32n) | BigInt(event.timeLow), BigInt(header.time));
  assert.equal(event.paramCount, params.length);
  for (const [index, value] of params.entries()) {
    const param = eventTable[type]?.params[index];
    assert.ok(param);
    if (value === undefined) {
      assert.equal(event.paramLength(index), 0);
      assert.equal(decodeParam(event, index), isStringType(param.type) ? '<NA>' : undefined);
    } else if (typeof value === 'object' && 'selector' in value) {
      assert.equal(event.raw(index).charCodeAt(0), value.selector);
      assert.deepEqual(decodeParam(event, index), value.value);
      assert.ok(dynamicTables[param.table ?? '']?.[value.selector]);
    } else {
      assert.deepEqual(decoded(event, index, param.type), value);
    }
  }
}

describe('every event of the table comes back as it was encoded', () => {
  for (const { id, code } of eventTable) {
    test(code, () => {
      fc.assert(fc.property(anyEventOf(id), assertRoundTrip), { numRuns: 20 });
    });
  }
});

describe('encodeEvent', () => {
  test('writes the header and the lengths of captures', () => {
    const record = encodeEvent(
      PPME.PPME_SYSCALL_CLOSE_X,
      { time: 0x0102030405060708n, tid: 9 },
      [-2, 3],
    );
    const hex = Buffer.from(record).toString('hex');
    assert.equal(
      hex,
      [
        '0807060504030201', // time
        '0900000000000000', // thread
        '2e000000', // length: 26 + 4 + 16
        '0500', // code
        '02000000', // parameters
        '0800',
        '0800',
        'feffffffffffffff',
        '0300000000000000',
      ].join(''),
    );
  });

  test('uses 32-bit lengths for events with large payloads', () => {
    const data = 'x'.repeat(70_000);
    const record = encodeEvent(PPME.PPME_ASYNCEVENT_E, header, [1, 'container', data]);
    assert.equal(record.length, 26 + 3 * 4 + 4 + 10 + data.length);
    assert.equal(viewRecord(record).raw(2), data);
  });

  test('a list is NUL-terminated strings', () => {
    const event = viewRecord(
      encodeNamed(PPME.PPME_SYSCALL_EXECVE_19_X, header, { args: ['-c', '', 'id'] }),
    );
    assert.equal(event.raw(2), '-c\0\0id\0');
    assert.deepEqual(decoded(event, 2, PT.PT_CHARBUFARRAY), ['-c', '', 'id']);
  });

  test('bytes are taken as they are, whatever the type', () => {
    const bytes = Uint8Array.of(1, 2, 3);
    const event = viewRecord(encodeEvent(PPME.PPME_SYSCALL_CLOSE_X, header, [bytes]));
    assert.equal(event.raw(0), '\x01\x02\x03');
  });

  const refused: readonly (readonly [
    name: string,
    type: number,
    params: readonly ParamInput[],
    message: RegExp,
  ])[] = [
    ['an unknown event', 9999, [], /no event with code 9999/],
    [
      'too many parameters',
      PPME.PPME_SYSCALL_CLOSE_X,
      [0, 1, 2],
      /CLOSE_X has 2 parameters, not 3/,
    ],
    ['text for a number', PPME.PPME_SYSCALL_CLOSE_X, ['0'], /CLOSE_X\.res takes an integer/],
    ['a fraction', PPME.PPME_SYSCALL_CLOSE_X, [0.5], /CLOSE_X\.res takes an integer/],
    [
      'a number out of range',
      PPME.PPME_SYSCALL_READ_X,
      [0, '', 3, 2 ** 32],
      /READ_X\.size is 4294967296, not in 0 to 4294967295/,
    ],
    [
      'a negative unsigned number',
      PPME.PPME_SYSCALL_READ_X,
      [0, '', 3, -1],
      /not in 0 to 4294967295/,
    ],
    ['a string with NUL', PPME.PPME_SYSCALL_OPEN_X, [3, 'a\0b'], /OPEN_X\.name takes a string/],
    ['text that is no byte string', PPME.PPME_SYSCALL_OPEN_X, [3, 'ā'], /chars above 255/],
    ['a tuple for an address', PPME.PPME_SOCKET_BIND_X, [0, unixTuple()], /takes one address/],
    [
      'an address for a tuple',
      PPME.PPME_SOCKET_CONNECT_X,
      [0, { kind: 'unix', path: '/x' }],
      /takes a tuple, not one address/,
    ],
    [
      'an address of 5 bytes',
      PPME.PPME_SOCKET_BIND_X,
      [0, { kind: 'ip', address: '12345', port: 1 }],
      /4 or 16 bytes/,
    ],
    [
      'a selector beyond its table',
      PPME.PPME_SYSCALL_BPF_X,
      [{ selector: 9, value: 0 }],
      /has no type 9/,
    ],
    [
      'more bytes than a short length counts',
      PPME.PPME_SYSCALL_READ_X,
      [0, 'x'.repeat(70_000)],
      /READ_X\.data has 70000 bytes, more than 65535/,
    ],
  ];
  for (const [name, type, params, message] of refused) {
    test(`refuses ${name}`, () => {
      assert.throws(() => encodeEvent(type, header, params), { message });
    });
  }
});

function unixTuple(): ParamInput {
  return { kind: 'unix', source: 1, destination: 2, path: '/x' };
}

describe('encodeNamed', () => {
  test('leaves what is not named empty', () => {
    const event = viewRecord(encodeNamed(PPME.PPME_SYSCALL_OPEN_X, header, { name: '/etc' }));
    assert.equal(event.paramCount, 6);
    assert.deepEqual(
      [0, 1, 2].map((index) => event.paramLength(index)),
      [0, 5, 0],
    );
  });

  test('refuses a name that the event does not have', () => {
    assert.throws(() => encodeNamed(PPME.PPME_SYSCALL_CLOSE_X, header, { path: '' }), {
      message: /CLOSE_X has no parameter path, but res, fd/,
    });
  });
});
