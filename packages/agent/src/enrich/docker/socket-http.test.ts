import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { temporaryFolder } from '../temporary-folder.cases.ts';
import { type FakeAnswer, FakeDaemon } from './fake-daemon.cases.ts';
import { HttpError, SocketHttp } from './socket-http.ts';

const TIMEOUT_MS = 2000;

async function clientOf(t: TestContext, answers: Readonly<Record<string, FakeAnswer>>) {
  const path = join(temporaryFolder(t), 's');
  const daemon = await new FakeDaemon(path, answers).listen();
  const http = new SocketHttp(path);
  t.after(async () => {
    http.close();
    await daemon.close();
  });
  return { http, daemon };
}

const isError = (status: number | undefined, pattern: RegExp) => (error: unknown) => {
  assert.ok(error instanceof HttpError);
  assert.equal(error.status, status, error.message);
  assert.match(error.message, pattern);
  return true;
};

test('documents', async (t) => {
  const { http } = await clientOf(t, {
    '/a': { text: 'ü'.repeat(100_000) },
    '/text': (response) => response.end('<html>'),
    '/failed': (response) => response.writeHead(500).end('it broke'),
    '/endless': (response) => {
      const chunk = Buffer.alloc(1 << 20, 0x20);
      const more = () => {
        while (response.writable && response.write(chunk));
      };
      response.on('drain', more);
      more();
    },
    '/slow': () => undefined,
    '/half': (response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('{');
      setImmediate(() => response.destroy());
    },
  });
  assert.deepEqual(await http.json('/a', TIMEOUT_MS), { text: 'ü'.repeat(100_000) });
  const cases: readonly (readonly [path: string, status: number | undefined, text: RegExp])[] = [
    ['/text', 200, /GET \/text: the answer is no JSON/],
    ['/failed', 500, /HTTP status 500: it broke/],
    ['/absent', 404, /No such object/],
    ['/endless', 200, /more than 8388608 bytes/],
    ['/half', undefined, /aborted/],
  ];
  for (const [path, status, pattern] of cases) {
    await assert.rejects(http.json(path, TIMEOUT_MS), isError(status, pattern), path);
  }
  await assert.rejects(http.json('/slow', 20), isError(undefined, /no answer within 20 ms/));
});

test('nobody there', async (t) => {
  const http = new SocketHttp(join(temporaryFolder(t), 'absent'));
  await assert.rejects(http.json('/a', TIMEOUT_MS), isError(undefined, /ENOENT/));
});

test('lines', async (t) => {
  const write = (response: ServerResponse, texts: readonly string[]) => {
    response.flushHeaders();
    for (const [index, text] of texts.entries()) {
      setTimeout(() => response.write(text), index * 20);
    }
    setTimeout(() => response.end(), texts.length * 20);
  };
  const { http } = await clientOf(t, {
    '/lines': (response) => write(response, ['a\nb', 'c\n', 'rest']),
    '/long': (response) => write(response, ['x'.repeat(1_100_000), '']),
  });
  const seen: string[] = [];
  const stream = { onOpen: () => seen.push('(open)'), onLine: (line: string) => seen.push(line) };
  await http.lines('/lines', stream);
  assert.deepEqual(seen, ['(open)', 'a', 'bc']);
  await assert.rejects(
    http.lines('/long', stream),
    isError(200, /a line of more than 1048576 characters/),
  );
  await assert.rejects(http.lines('/absent', stream), isError(404, /404/));
});

test('a stream that is cut by either end', async (t) => {
  const { http, daemon } = await clientOf(t, {});
  const opened = Promise.withResolvers<void>();
  const watched = http.lines('/events', {
    onOpen: opened.resolve,
    onLine: () => undefined,
  });
  await opened.promise;
  http.close();
  await assert.rejects(watched, HttpError);

  const again = Promise.withResolvers<void>();
  const watchedAgain = http.lines('/events', {
    onOpen: again.resolve,
    onLine: () => undefined,
  });
  await again.promise;
  await Promise.all([assert.rejects(watchedAgain, HttpError), daemon.close()]);
});

test('a server that says nothing until something happens', async (t) => {
  const { http } = await clientOf(t, { '/silent': () => undefined });
  const opened = Promise.withResolvers<void>();
  const watched = http.lines('/silent', { onOpen: opened.resolve, onLine: () => undefined });
  await opened.promise;
  http.close();
  await assert.rejects(watched, isError(undefined, /closed/));
});
