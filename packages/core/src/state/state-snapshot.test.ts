import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { PPME } from '../events/event-codes.gen.ts';
import { EventView } from '../events/event-view.ts';
import { FdType, L4 } from '../events/fd-type.ts';
import { type FieldOutput } from '../fields/field.ts';
import { fieldClasses } from '../fields/field-classes.ts';
import { outputOf } from '../fields/value-text.ts';
import { deafSink } from '../scap/read-bytes.cases.ts';
import { ScapReader } from '../scap/scap-reader.ts';
import { ScapWriter } from '../scap/scap-writer.ts';
import { replayCapture, sharedPath, skipWithoutShared } from '../testing.ts';
import type { EventContext } from './event-context.ts';
import { TestMachine, threadEntry } from './machine.cases.ts';
import { snapshotEvents, writeSnapshot } from './state-snapshot.ts';
import { SystemState } from './system-state.ts';

/** A capture that begins in the middle of what a state has seen. */
class MidCapture {
  readonly #pieces: Uint8Array[] = [];
  readonly #writer: ScapWriter = new ScapWriter((bytes) => this.#pieces.push(bytes.slice()));

  begin(state: SystemState): void {
    writeSnapshot(state, this.#writer);
    for (const record of snapshotEvents(state, 1n)) {
      this.#writer.record(record, { cpu: 0, stateOnly: true });
    }
  }

  event(event: EventView): void {
    this.#writer.event(event);
  }

  /** The state that a reader has in the end; `onEvent` for what rules see on the way. */
  read(onEvent: (context: EventContext) => void = () => undefined): SystemState {
    this.#writer.flush();
    let rest: Uint8Array = Buffer.concat(this.#pieces);
    const event = new EventView();
    const state = new SystemState(event);
    const reader = new ScapReader(event, state);
    for (let step = reader.next(); step !== 'end'; step = reader.next()) {
      if (step === 'event') {
        if (state.apply()) onEvent(state.context);
      } else if (rest.length === 0) {
        reader.end();
      } else {
        rest = rest.subarray(reader.feed(rest));
      }
    }
    state.finishSnapshot();
    return state;
  }
}

function readAgain(machine: TestMachine): SystemState {
  const capture = new MidCapture();
  capture.begin(machine.state);
  return capture.read();
}

/**
 * What a capture that begins in the middle cannot know: numbers and times of events before it, when
 * threads were started, names as open calls gave them. A directory that is not known reads as "/".
 */
const LOST = /^evt\.(num|reltime|deltatime)|^util\.cnt|duration|^proc\.p?pid\.ts$|^fd\.nameraw$/;
const NO_DIRECTORY = 'proc.cwd';

const outputs: readonly (readonly [name: string, output: FieldOutput])[] = fieldClasses
  .flatMap((group) => group.fields)
  .filter(({ name }) => !LOST.test(name))
  .flatMap((field) => {
    const output = outputOf(field, undefined);
    return typeof output === 'string' ? [] : [[field.name, output] as const];
  });

function textsOf(context: EventContext): (string | undefined)[] {
  return outputs.map(([, output]) => output.text(context));
}

/** Fields of which the second reading shows another value than the first. */
function differences(path: string, cut: number): Set<string> {
  const capture = new MidCapture();
  const seen: (string | undefined)[][] = [];
  let at = 0;
  replayCapture(path, (context) => {
    at++;
    if (at === cut) capture.begin(context.state);
    if (at < cut) return;
    capture.event(context.event);
    seen.push(textsOf(context));
  });
  const found = new Set<string>();
  let next = 0;
  capture.read((context) => {
    const before = seen[next++] ?? [];
    for (const [index, text] of textsOf(context).entries()) {
      const name = outputs[index]?.[0] ?? '';
      const isUnknown = name === NO_DIRECTORY && before[index] === '' && text === '/';
      if (text !== before[index] && !isUnknown) found.add(`${name}: ${before[index]}, ${text}`);
    }
  });
  assert.equal(next, seen.length);
  return found;
}

describe('a capture that begins in the middle gives the same values', () => {
  const cuts: readonly (readonly [name: string, cut: number])[] = [
    ['curl_google.scap', 300],
    ['open1.scap', 3000],
    ['single_ipv6_conn.scap', 700],
    ['test_ipv6_client.scap', 100],
  ];
  for (const [name, cut] of cuts) {
    test(`${name} from event ${cut} on`, { skip: skipWithoutShared }, () => {
      assert.deepEqual([...differences(sharedPath(`compat/${name}`), cut)], []);
    });
  }
});

const CLIENT = '\x0a\0\0\x01';
const SERVER = '\x0a\0\0\x02';
const outside = { kind: 'ip', sourceAddress: CLIENT, sourcePort: 40_000 } as const;
const connection = { ...outside, destinationAddress: SERVER, destinationPort: 80 };

/** A server with a listening socket and an accepted connection. */
function serverMachine(): TestMachine {
  const machine = new TestMachine().starts(threadEntry(7));
  machine.on(7, PPME.PPME_SOCKET_SOCKET_X, { fd: 3, domain: 2, type: 1, proto: 6 });
  machine.on(7, PPME.PPME_SOCKET_BIND_X, {
    res: 0,
    fd: 3,
    addr: { kind: 'ip', address: '\0\0\0\0', port: 80 },
  });
  machine.on(7, PPME.PPME_SOCKET_ACCEPT4_6_X, { fd: 4, tuple: connection });
  return machine;
}

describe('descriptors', () => {
  test('who serves and who is served', () => {
    const machine = serverMachine();
    const before = machine.fd(7, 4);
    const after = readAgain(machine).threads.get(7)?.fds;
    assert.equal(after?.get(3)?.name, '0.0.0.0:80');
    const connected = after.get(4);
    assert.deepEqual(
      [connected?.name, connected?.role, connected?.sourceAddress],
      [before.name, before.role, CLIENT],
    );
  });

  test('a server that listens no more keeps the ends of its connections', () => {
    const machine = serverMachine();
    machine.on(7, PPME.PPME_SYSCALL_CLOSE_X, { res: 0, fd: 3 });
    machine.on(7, PPME.PPME_SYSCALL_DUP_1_X, { res: -1 });
    const { name } = machine.fd(7, 4);
    assert.equal(readAgain(machine).threads.get(7)?.fds?.get(4)?.name, name);
  });

  test('a socket without ends is there to be connected', () => {
    const machine = new TestMachine().starts(threadEntry(7));
    machine.on(7, PPME.PPME_SOCKET_SOCKET_X, { fd: 3, domain: 2, type: 1, proto: 6 });
    const fd = readAgain(machine).threads.get(7)?.fds?.get(3);
    assert.deepEqual([fd?.type, fd?.l4proto], [FdType.IPV4_SOCK, L4.TCP]);
  });

  test('kinds without an entry are left out', () => {
    const machine = new TestMachine().starts(threadEntry(7));
    machine.on(7, PPME.PPME_SOCKET_SOCKET_X, { fd: 3, domain: 17, type: 3, proto: 0 });
    assert.equal(machine.fd(7, 3).type, FdType.UNKNOWN);
    assert.equal(readAgain(machine).threads.get(7)?.fds, undefined);
  });
});

test('containers with their users come as events that nobody is shown', () => {
  const machine = new TestMachine().starts(threadEntry(7));
  const data = '{"container":{"id":"c1","name":"web","type":0,"labels":{"a":"b"}}}';
  machine.on(-1, PPME.PPME_ASYNCEVENT_E, { plugin_id: 0, name: 'container', data });
  const user = { uid: 5, gid: 6, name: 'app', home: '/app', shell: '/bin/sh' };
  machine.on(-1, PPME.PPME_USER_ADDED_E, { ...user, container_id: 'c1' });
  machine.on(-1, PPME.PPME_GROUP_ADDED_E, { gid: 6, name: 'apps', container_id: 'c1' });
  machine.on(-1, PPME.PPME_USER_ADDED_E, { ...user, name: 'host', container_id: '' });
  const capture = new MidCapture();
  capture.begin(machine.state);
  const state = capture.read(() => assert.fail('an event was shown'));
  assert.deepEqual(state.containers.get('c1'), machine.state.containers.get('c1'));
  assert.deepEqual(state.users.user('c1', 5), user);
  assert.equal(state.users.group('c1', 6)?.name, 'apps');
  assert.equal(state.users.user('', 5)?.name, 'host');
});

test('what nothing is known of is left out', () => {
  const machine = new TestMachine();
  machine.on(9, PPME.PPME_SYSCALL_CLOSE_X, { res: 0, fd: 3 });
  assert.equal(machine.thread(9).isInvalid, true);
  const tids: number[] = [];
  writeSnapshot(machine.state, { ...deafSink, thread: ({ tid }) => tids.push(tid) });
  assert.deepEqual(tids, []);
});
