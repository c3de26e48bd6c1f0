import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { eventList, formatEventList } from './event-list.ts';
import { genericSyscalls } from './names.gen.ts';

const lines = (text: string): string[] => text.split('\n');

describe('eventList', () => {
  const sections = new Map(eventList().map(({ title, events }) => [title, events]));

  test('has the sections of Falco', () => {
    assert.deepEqual(
      [...sections.keys()],
      ['Syscall events', 'Tracepoint events', 'Plugin events', 'Metaevents'],
    );
    assert.deepEqual(
      sections.get('Tracepoint events')?.map((event) => event.name),
      ['switch', 'procexit', 'signaldeliver', 'page_fault'],
    );
  });

  test('leaves out fillers, old formats and iterators', () => {
    const names = [...sections.values()].flat().map((event) => event.name);
    assert.ok(!names.includes('NA'));
    assert.ok(!names.includes('task'));
    const opens = sections.get('Syscall events')?.filter(({ name }) => name === 'openat');
    assert.deepEqual(
      opens?.map((event) => event.isEnter),
      [true, false],
    );
  });

  test('ends the system calls with those without an event of their own, both ways', () => {
    const syscalls = sections.get('Syscall events') ?? [];
    const generic = syscalls.slice(-2 * genericSyscalls.length);
    assert.deepEqual(
      generic.filter(({ name }) => name === 'mincore').map((event) => event.isEnter),
      [true, false],
    );
    const names = generic.map(({ name }) => name);
    assert.deepEqual(names, names.toSorted());
  });

  test('knows which are captured only when asked for', () => {
    const off = (sections.get('Syscall events') ?? []).filter((event) => !event.isAvailable);
    assert.deepEqual(
      off.map((event) => event.name),
      'read write send recv pread pwrite readv writev preadv pwritev sendfile'.split(' '),
    );
  });
});

describe('formatEventList', () => {
  test('text', () => {
    const text = lines(formatEventList('text'));
    assert.deepEqual(text.slice(0, 3), [
      'The events below are valid for Falco *Schema Version*: 4.5.1',
      '## Syscall events',
      '',
    ]);
    assert.ok(text.includes('< close(ERRNO **res**, FD **fd**)'));
    assert.ok(text.includes('< getsockname()'));
    assert.ok(text.includes('> mincore(SYSCALLID **ID**, UINT16 **nativeID**)'));
    assert.ok(
      text.includes(
        '< eventfd2(FD **res**, FLAGS16 **flags**: O_LARGEFILE, O_DIRECTORY, O_DIRECT, O_TRUNC, ' +
          'O_SYNC, O_NONBLOCK, O_EXCL, O_DSYNC, O_APPEND, O_CREAT, O_RDWR, O_WRONLY, O_RDONLY, ' +
          'O_CLOEXEC, O_NONE, O_TMPFILE, O_F_CREATED, FD_UPPER_LAYER, FD_LOWER_LAYER, ' +
          'UINT64 **initval**)',
      ),
      text.find((line) => line.startsWith('< eventfd2')),
    );
    assert.deepEqual(text.slice(-3), [
      '> asyncevent(UINT32 **plugin_id**, CHARBUF **name**, BYTEBUF **data**)',
      '',
      '',
    ]);
  });

  test('markdown', () => {
    const text = lines(formatEventList('markdown'));
    assert.deepEqual(text.slice(1, 5), [
      '## Syscall events',
      '',
      'Default | Dir | Name | Params ',
      ':-------|:----|:-----|:-----',
    ]);
    assert.ok(text.includes('Yes | `<` | `close` | ERRNO **res**, FD **fd**'));
    assert.ok(
      text.includes(
        'No | `<` | `read` | ERRNO **res**, BYTEBUF **data**, FD **fd**, UINT32 **size**',
      ),
    );
    assert.ok(
      text.includes(
        'Yes | `<` | `shutdown` | ERRNO **res**, FD **fd**, ' +
          'ENUMFLAGS8 **how**: *SHUT_UNKNOWN*, *SHUT_RDWR*, *SHUT_WR*, *SHUT_RD*',
      ),
    );
  });

  test('json', () => {
    const text = formatEventList('json');
    assert.ok(text.endsWith('}\n'));
    const list = JSON.parse(text) as Record<string, unknown>;
    assert.deepEqual(Object.keys(list), [
      'Metaevents',
      'Plugin events',
      'Syscall events',
      'Tracepoint events',
      'schema_version',
    ]);
    assert.deepEqual(list['Plugin events'], [
      {
        available: true,
        dir: '>',
        name: 'pluginevent',
        params: [
          { name: 'plugin_id', type: 'UINT32' },
          { name: 'event_data', type: 'BYTEBUF' },
        ],
      },
    ]);
    assert.match(text, /"flags": \[\n {12}"SHUT_UNKNOWN"/);
  });
});
