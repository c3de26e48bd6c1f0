import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodeNamed, viewRecord } from '../events/encode.ts';
import { PPME } from '../events/event-codes.gen.ts';
import { passedDescriptors } from './passed-descriptors.ts';

const SCM_RIGHTS = 1;
const SCM_CREDENTIALS = 2;

interface Message {
  readonly type?: number;
  readonly fds: readonly number[];
  /** Default: header and descriptors. */
  readonly length?: number;
}

function control(...messages: readonly Message[]): Uint8Array {
  const parts = messages.map(({ type = SCM_RIGHTS, fds, length = 16 + fds.length * 4 }) => {
    const bytes = new Uint8Array(Math.ceil((16 + fds.length * 4) / 8) * 8);
    const view = new DataView(bytes.buffer);
    view.setUint32(0, length, true);
    view.setInt32(12, type, true);
    for (const [index, fd] of fds.entries()) view.setInt32(16 + index * 4, fd, true);
    return [...bytes];
  });
  return Uint8Array.from(parts.flat());
}

function passed(bytes: Uint8Array | undefined): number[] {
  const values = { res: 1, msgcontrol: bytes };
  const record = encodeNamed(PPME.PPME_SOCKET_RECVMSG_X, { time: 0, tid: 1 }, values);
  return passedDescriptors(viewRecord(record), 4);
}

test('descriptors in control messages', () => {
  const many = Array.from({ length: 254 }, (_, index) => index);
  const cases: readonly (readonly [bytes: Uint8Array | undefined, fds: readonly number[]])[] = [
    [undefined, []],
    [new Uint8Array(15), []],
    [control({ fds: [3] }), [3]],
    [control({ fds: [3, 4, 5] }), [3, 4, 5]],
    [control({ fds: [3] }, { fds: [7, 8] }), [3, 7, 8]],
    [control({ fds: [9, 9, 9], type: SCM_CREDENTIALS }, { fds: [7] }), [7]],
    [control({ fds: [] }, { fds: [7] }), [7]],
    [control({ fds: [3], length: 15 }), []],
    [control({ fds: [3], length: 18 }), []],
    [control({ fds: [3] }, { fds: [4], length: 9999 }), [3]],
    [control({ fds: many.slice(1) }), many.slice(1)],
    [control({ fds: many }), []],
  ];
  for (const [bytes, fds] of cases) assert.deepEqual(passed(bytes), fds);
});
