import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { suite, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { encodeEvent, viewRecord } from '../events/encode.ts';
import { PPME } from '../events/event-codes.gen.ts';
import { EventView } from '../events/event-view.ts';
import { FdType } from '../events/fd-type.ts';
import { sharedPath, skipWithoutShared } from '../testing.ts';
import { arbitraryEvents, arbitrarySnapshots, threadEntry } from './arbitrary-captures.cases.ts';
import { captureOf, readBytes, replay } from './read-bytes.cases.ts';
import { ScapReader } from './scap-reader.ts';

suite('writer and reader', () => {
  test('a snapshot and events come back as they were written', () => {
    const captures = fc.record({
      snapshot: arbitrarySnapshots,
      events: fc.array(arbitraryEvents, { maxLength: 6 }),
    });
    fc.assert(
      fc.property(captures, ({ snapshot, events }) => {
        const capture = captureOf((writer) => {
          replay(snapshot, writer);
          for (const { record, ...from } of events) assert.ok(writer.record(record, from));
        });
        const outcome = readBytes(capture);
        assert.equal(outcome.error, undefined);
        assert.deepEqual(outcome.snapshot, snapshot);
        assert.deepEqual(
          outcome.events.map(({ num, cpu, stateOnly, record }) => ({
            num,
            cpu,
            stateOnly,
            record,
          })),
          events.map(({ cpu, stateOnly, record }, at) => ({
            num: at + 1,
            cpu,
            stateOnly,
            record: Buffer.from(record).toString('hex'),
          })),
        );
      }),
      { numRuns: 300 },
    );
  });

  test('however the bytes arrive and however small the buffer is, the same is read', () => {
    const captures = fc.record({
      snapshot: arbitrarySnapshots,
      events: fc.array(arbitraryEvents, { maxLength: 6 }),
      piece: fc.integer({ min: 1, max: 300 }),
      bufferBytes: fc.integer({ min: 1, max: 4096 }),
    });
    fc.assert(
      fc.property(captures, ({ snapshot, events, piece, bufferBytes }) => {
        const capture = captureOf((writer) => {
          replay(snapshot, writer);
          for (const { record, ...from } of events) writer.record(record, from);
        });
        assert.deepEqual(readBytes(capture, { piece, bufferBytes }), readBytes(capture));
      }),
      { numRuns: 100 },
    );
  });

  test('a reader that writes into a writer copies the capture', { skip: skipWithoutShared }, () => {
    const capture = gunzipSync(readFileSync(sharedPath('compat/open1.scap')));
    const copy = captureOf((writer) => {
      const reader = new ScapReader(new EventView(), writer);
      for (let fed = 0; ; ) {
        const step = reader.next();
        if (step === 'end') break;
        if (step === 'event') assert.ok(writer.event(reader.event));
        else if (fed === capture.length) reader.end();
        else fed += reader.feed(capture.subarray(fed));
      }
    });
    assert.deepEqual(readBytes(copy), readBytes(capture));
  });

  test('sections follow each other', () => {
    const thread = threadEntry({ tid: 7, comm: 'cat' });
    const event = encodeEvent(PPME.PPME_PROCEXIT_1_E, { time: 1, tid: 7 }, []);
    const from = { cpu: 0, stateOnly: false };
    const capture = captureOf((writer) => {
      writer.thread(thread);
      writer.record(event, from);
      writer.section();
      writer.thread(thread);
      writer.record(event, from);
    });
    const { snapshot, events, error } = readBytes(capture);
    assert.equal(error, undefined);
    assert.deepEqual(snapshot, [['thread', thread], ['section'], ['thread', thread]]);
    assert.deepEqual(
      events.map(({ num }) => num),
      [1, 2],
    );
  });
});

test('an event can be written for state only', () => {
  const record = encodeEvent(PPME.PPME_PROCEXIT_1_E, { time: 1, tid: 7 }, []);
  const capture = captureOf((writer) => writer.hidden(viewRecord(record)));
  const [event] = readBytes(capture).events;
  assert.deepEqual([event?.stateOnly, event?.record], [true, Buffer.from(record).toString('hex')]);
});

suite('what the format has no room for', () => {
  test('strings are cut', () => {
    const long = 'x'.repeat(5000);
    const thread = threadEntry({ comm: long, cwd: long, args: long, env: `${long}\0y` });
    const { snapshot } = readBytes(
      captureOf((writer) => {
        writer.machine({ cpuCount: 1, memoryBytes: 0, pidMax: 0, hostname: long, bootTime: 0 });
        writer.user({ uid: 1, gid: 1, name: long, home: long, shell: long });
        writer.thread(thread);
        writer.fd(1, { fd: 3, ino: 0, type: FdType.FIFO, name: long });
      }),
    );
    const lengths = snapshot.flatMap((call) =>
      Object.entries(call.at(-1) as object).flatMap(([key, value]) =>
        typeof value === 'string' && value !== '' ? [`${key} ${value.length}`] : [],
      ),
    );
    const user = 'name 255, home 255, shell 255';
    const process = 'comm 1024, args 4095, cwd 1024, env 4095';
    assert.equal(lengths.join(', '), `hostname 127, ${user}, ${process}, name 1023`);
  });

  test('descriptors of unknown type are left out', () => {
    const known = { fd: 2, ino: 5, type: FdType.EVENTPOLL, name: '[eventpoll]' };
    const { snapshot } = readBytes(
      captureOf((writer) => {
        writer.fd(9, { fd: 0, ino: 0, type: FdType.UNKNOWN, name: '' });
        writer.fd(9, { fd: 1, ino: 0, type: FdType.UNINITIALIZED, name: '' });
        writer.fd(9, known);
      }),
    );
    assert.deepEqual(snapshot, [['fd', 9, known]]);
  });

  test('an event that no block may hold is left out and counted', () => {
    const from = { cpu: 0, stateOnly: false };
    const header = { time: 1, tid: 1 };
    const payload = new Uint8Array(65_501);
    const record = encodeEvent(PPME.PPME_SYSCALL_READ_X, header, [undefined, payload]);
    const small = encodeEvent(PPME.PPME_SYSCALL_READ_X, header, [undefined, payload.subarray(50)]);
    let tooLong = 0;
    const capture = captureOf((writer) => {
      assert.equal(writer.record(record, from), false);
      assert.equal(writer.record(small, from), true);
      tooLong = writer.tooLong;
    });
    assert.equal(tooLong, 1);
    assert.equal(readBytes(capture).error, undefined);
  });

  test('the form for sysdig 0.29 keeps what that knows', () => {
    const thread = threadEntry({
      loginuid: 1000,
      exeWritable: true,
      capEffective: 7,
      tty: 34816,
      exeIno: 99,
      exeLowerLayer: true,
      pgid: 5,
    });
    const file = { fd: 3, ino: 5, type: FdType.FIFO, name: 'pipe:[5]' };
    const pidfd = { fd: 4, ino: 5, type: FdType.PIDFD, name: 'pidfd:[5]' };
    const capture = captureOf(
      (writer) => {
        writer.thread(thread);
        writer.fd(1, file);
        writer.fd(1, pidfd);
      },
      { format: 'sysdig-0.29' },
    );
    const lost = { tty: 0, exeIno: 0, exeLowerLayer: false, pgid: -1 };
    assert.deepEqual(readBytes(capture).snapshot, [
      ['thread', { ...thread, ...lost }],
      ['fd', 1, file],
      ['fd', 1, { ...pidfd, type: FdType.UNSUPPORTED }],
    ]);
  });
});

suite('the form of the output', () => {
  test('long lists go on in further blocks, and nothing is kept for longer than that', () => {
    const env = 'e'.repeat(4000);
    let chunks = 0;
    let largest = 0;
    const threads = 2000;
    const capture = captureOf(
      (writer) => {
        for (let tid = 1; tid <= threads; tid++) writer.thread(threadEntry({ tid, env }));
      },
      {},
      (bytes) => {
        chunks++;
        largest = Math.max(largest, bytes.length);
      },
    );
    const { snapshot, error } = readBytes(capture);
    assert.equal(error, undefined);
    assert.equal(snapshot.length, threads);
    assert.ok(chunks >= 7 && largest < 1.5 * 2 ** 20, `${chunks} chunks, ${largest} bytes`);
  });

  test('a snapshot after an event is our mistake', () => {
    captureOf((writer) => {
      const event = encodeEvent(PPME.PPME_PROCEXIT_1_E, { time: 1, tid: 7 }, []);
      writer.record(event, { cpu: 0, stateOnly: false });
      assert.throws(() => writer.thread(threadEntry({})), /before the first event/);
    });
  });
});
