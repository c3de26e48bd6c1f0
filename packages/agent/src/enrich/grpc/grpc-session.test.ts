import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { temporaryFolder } from '../temporary-folder.cases.ts';
import { type FakeMethod, FakeService, finish, push } from './fake-service.cases.ts';
import { GrpcError, GrpcStatus } from './grpc-error.ts';
import { GrpcSession } from './grpc-session.ts';
import { encodeMessage } from './protobuf.ts';

const EMPTY = encodeMessage();

async function sessionWith(t: TestContext, methods: Readonly<Record<string, FakeMethod>>) {
  const path = join(temporaryFolder(t), 's');
  const service = await new FakeService(path, methods).listen();
  const session = new GrpcSession(path);
  t.after(async () => {
    session.close();
    await service.close();
  });
  return { session, service, path };
}

const isError = (code: number, pattern: RegExp) => (error: unknown) => {
  assert.ok(error instanceof GrpcError);
  assert.equal(error.code, code, error.message);
  assert.match(error.message, pattern);
  return true;
};

test('a call', async (t) => {
  const large = 'x'.repeat(300_000);
  const { session } = await sessionWith(t, {
    '/s/Echo': ({ request, headers }) =>
      encodeMessage([1, request.text(1)], [2, String(headers['containerd-namespace'])], [3, large]),
  });
  const answer = await session.call({
    method: '/s/Echo',
    request: encodeMessage([1, 'ü']),
    headers: { 'containerd-namespace': 'lab' },
  });
  assert.deepEqual([answer.text(1), answer.text(2), answer.text(3).length], ['ü', 'lab', 300_000]);
});

test('what a service answers instead', async (t) => {
  const { session } = await sessionWith(t, {
    '/s/Absent': () => {
      throw new GrpcError(GrpcStatus.NOT_FOUND, 'no container "ü": 100%');
    },
    '/s/NotGrpc': ({ stream }) => {
      stream.respond({ ':status': 404 }, { endStream: true });
      return 'open';
    },
    '/s/Nothing': ({ stream }) => {
      stream.respond({ ':status': 200, 'grpc-status': '0' }, { endStream: true });
      return 'open';
    },
    '/s/Plain': ({ stream }) => {
      const status = { 'grpc-status': '2', 'grpc-message': '100%' };
      stream.respond({ ':status': 200, ...status }, { endStream: true });
      return 'open';
    },
    '/s/Cut': ({ stream }) => {
      stream.respond({ ':status': 200 }, { endStream: true });
      return 'open';
    },
    '/s/Long': ({ stream }) => {
      stream.respond({ ':status': 200 });
      stream.write(Uint8Array.of(0, 0xff, 0xff, 0xff, 0xff, 1, 2, 3));
      return 'open';
    },
    '/s/Packed': ({ stream }) => {
      stream.respond({ ':status': 200 });
      stream.write(Uint8Array.of(1, 0, 0, 0, 0));
      return 'open';
    },
    '/s/Broken': () => Uint8Array.of(0x0a, 0x05, 0x41),
  });
  const cases: readonly (readonly [method: string, code: number, pattern: RegExp])[] = [
    ['Absent', GrpcStatus.NOT_FOUND, /\/s\/Absent: status 5: no container "ü": 100%$/],
    ['Unknown', GrpcStatus.UNIMPLEMENTED, /no such method/],
    ['NotGrpc', GrpcStatus.UNKNOWN, /HTTP status 404: no gRPC service/],
    ['Nothing', GrpcStatus.INTERNAL, /without an answer/],
    ['Plain', GrpcStatus.UNKNOWN, /status 2: 100%/],
    ['Cut', GrpcStatus.UNAVAILABLE, /closed/],
    ['Long', GrpcStatus.RESOURCE_EXHAUSTED, /4294967295 bytes, at most 8388608/],
    ['Packed', GrpcStatus.INTERNAL, /compressed/],
    ['Broken', GrpcStatus.INTERNAL, /a field of 5 bytes, but 1 are left/],
  ];
  for (const [name, code, pattern] of cases) {
    const call = session.call({ method: `/s/${name}`, request: EMPTY });
    await assert.rejects(call, isError(code, pattern), name);
  }
});

test('a stream', async (t) => {
  const { session } = await sessionWith(t, {
    '/s/Watch': ({ stream }) => {
      push(stream, encodeMessage([1, 'a']));
      push(stream, encodeMessage([1, 'b']));
      setImmediate(() => {
        push(stream, encodeMessage([1, 'c']));
        finish(stream);
      });
      return 'open';
    },
  });
  const seen: string[] = [];
  await session.stream({ method: '/s/Watch', request: EMPTY }, (message) => {
    seen.push(message.text(1));
  });
  assert.deepEqual(seen, ['a', 'b', 'c']);
});

test('a service that goes away', async (t) => {
  const { session, service } = await sessionWith(t, {
    '/s/Watch': ({ stream }) => {
      push(stream, encodeMessage([1, 'a']));
      return 'open';
    },
  });
  const first = Promise.withResolvers<void>();
  const watched = session.stream({ method: '/s/Watch', request: EMPTY }, () => first.resolve());
  await first.promise;
  const pending = session.call({ method: '/s/Watch', request: EMPTY });
  await Promise.all([
    assert.rejects(watched, isError(GrpcStatus.UNAVAILABLE, /\/s\/Watch/)),
    assert.rejects(pending, isError(GrpcStatus.UNAVAILABLE, /\/s\/Watch/)),
    service.close(),
  ]);
  await session.closed;
  const late = session.call({ method: '/s/Watch', request: EMPTY });
  await assert.rejects(late, isError(GrpcStatus.UNAVAILABLE, /\/s\/Watch/));
});

test('nobody there, and somebody who speaks otherwise', async (t) => {
  const folder = temporaryFolder(t);
  const absent = new GrpcSession(join(folder, 'absent'));
  const call = absent.call({ method: '/s/Any', request: EMPTY });
  await assert.rejects(call, isError(GrpcStatus.UNAVAILABLE, /ENOENT/));
  await absent.closed;

  const path = join(folder, 'other');
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.end('HTTP/1.1 400 Bad Request\r\n\r\n');
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  t.after(() => server.close());
  const other = new GrpcSession(path);
  await assert.rejects(
    other.call({ method: '/s/Any', request: EMPTY }),
    isError(GrpcStatus.UNAVAILABLE, /other/),
  );
  await other.closed;
});

test('no answer in time', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const reached = Promise.withResolvers<void>();
  const { session } = await sessionWith(t, {
    '/s/Slow': () => {
      reached.resolve();
      return 'open';
    },
  });
  const call = session.call({ method: '/s/Slow', request: EMPTY });
  await reached.promise;
  t.mock.timers.tick(5000);
  await assert.rejects(call, isError(GrpcStatus.DEADLINE_EXCEEDED, /no answer within 5000 ms/));
});
