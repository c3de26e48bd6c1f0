import assert from 'node:assert/strict';
import test from 'node:test';
import { PPM_O_CREAT, PPM_O_RDWR, PPM_O_TMPFILE } from '../events/constants.gen.ts';
import { encodeNamed, viewRecord } from '../events/encode.ts';
import type { ParamInput } from '../events/encode-param.ts';
import { PPME } from '../events/event-codes.gen.ts';
import { FdType } from '../events/fd-type.ts';
import type { EventContext } from '../state/event-context.ts';
import { FdInfo } from '../state/fd-info.ts';
import { evtGenericFields } from './evt-generic.ts';
import { evtSyscallFields } from './evt-syscall.ts';
import type { JsonValue, Value } from './field.ts';
import { find, Scene, valueOf } from './scene.cases.ts';
import { outputOf } from './value-text.ts';

const fields = [...evtGenericFields, ...evtSyscallFields];
const TIME = 1_404_996_934_793_590_564n;

/** An event of a process with working directory /srv/, at TIME. */
function on(type: number, params: Readonly<Record<string, ParamInput>>): EventContext {
  const scene = new Scene();
  const thread = scene.process(7, { comm: 'tool', cwd: '/srv/' });
  const event = viewRecord(encodeNamed(type, { time: TIME, tid: 7 }, params));
  event.num = 3;
  return scene.on(thread, event);
}

function check(context: EventContext, expected: Readonly<Record<string, Value | undefined>>): void {
  for (const [name, value] of Object.entries(expected)) {
    assert.deepEqual(valueOf(fields, name, context), value, name);
  }
}

function output(written: string, context: EventContext): [string | undefined, JsonValue] {
  const made = outputOf(...find(fields, written));
  assert.ok(typeof made !== 'string');
  return [made.text(context), made.json(context)];
}

const read = (params: Readonly<Record<string, ParamInput>> = {}) =>
  on(PPME.PPME_SYSCALL_READ_X, { res: 5, data: 'a\0\xffz', fd: 3, size: 80, ...params });

function withFd(context: EventContext, type: FdType): EventContext {
  context.fd = new FdInfo(type, context.state.texts.empty);
  context.fdNumber = 3;
  return context;
}

test('times', () => {
  const context = Object.assign(read(), { previousTimeLow: 0, previousTimeHigh: 0 });
  check(context, {
    'evt.rawtime': TIME,
    'evt.rawtime.s': 1_404_996_934,
    'evt.rawtime.ns': 793_590_564,
    'evt.reltime': TIME,
    'evt.deltatime': 0,
    'evt.deltatime.ns': 0,
    'evt.latency.quantized': 0,
    'evt.wait_latency': 0,
  });
  const before = TIME - 2_000_000_017n;
  Object.assign(context, {
    previousTimeLow: Number(before & 0xffff_ffffn),
    previousTimeHigh: Number(before >> 32n),
    firstTimeLow: Number(before & 0xffff_ffffn),
    firstTimeHigh: Number(before >> 32n),
  });
  check(context, {
    'evt.deltatime': 2_000_000_017,
    'evt.deltatime.s': 2,
    'evt.deltatime.ns': 17,
    'evt.reltime.s': 2,
    'evt.reltime.ns': 17,
  });
  assert.deepEqual(output('evt.deltatime.ns', context), ['000000017', 17]);
});

test('texts of times are for people, their JSON values are nanoseconds', () => {
  const context = read();
  const raw = { raw: String(TIME) };
  assert.deepEqual(output('evt.time.iso8601', context), [
    '2014-07-10T12:55:34.793590564+0000',
    raw,
  ]);
  assert.match(output('evt.time', context)[0] ?? '', /^\d\d:\d\d:34\.793590564$/);
  assert.match(output('evt.datetime.s', context)[0] ?? '', /^2014-07-1\d \d\d:\d\d:34$/);
  for (const name of [
    'evt.time',
    'evt.time.s',
    'evt.datetime',
    'evt.datetime.s',
    'evt.outputtime',
  ]) {
    assert.deepEqual(output(name, context)[1], raw, name);
  }
});

test('evt.around is the distance in milliseconds, rounded up', () => {
  const context = read();
  check(context, {
    [`evt.around[${TIME}]`]: 0,
    [`evt.around[${TIME - 1n}]`]: 1,
    [`evt.around[${TIME + 5_000_000n}]`]: 5,
    [`evt.around[${TIME + 5_000_001n}]`]: 6,
  });
  const [around] = find(fields, 'evt.around');
  for (const text of ['', 'x', '-1', '99999999999999999999']) {
    assert.equal(typeof around.bind({ text, bracketed: true }), 'string', text);
  }
});

test('evt.type.is tells by name or code', () => {
  check(read(), {
    'evt.type.is.read': 1,
    [`evt.type.is.${PPME.PPME_SYSCALL_READ_X}`]: 1,
    'evt.type.is.write': 0,
    'evt.type.is.0': 0,
  });
});

test('the events of plugins', () => {
  check(read(), {
    'evt.pluginname': undefined,
    'evt.plugininfo': undefined,
    'evt.source': 'syscall',
  });
  const async = on(PPME.PPME_ASYNCEVENT_E, { plugin_id: 0, name: 'container', data: '{}' });
  check(async, {
    'evt.type': 'container',
    'evt.asynctype': 'container',
    'evt.is_async': true,
    'syscall.type': undefined,
    'evt.res': undefined,
    'evt.dir': '>',
  });
});

test('evt.buffer is bytes in conditions and text in outputs', () => {
  const context = read();
  check(context, { 'evt.buffer': 'a\0\xffz' });
  assert.deepEqual(output('evt.buffer', context), ['a..z', 'a..z']);
  context.base64Buffers = true;
  assert.deepEqual(output('evt.buffer', context), ['YQD/eg==', 'YQD/eg==']);
  assert.deepEqual(output('evt.arg.data', context), ['YQD/eg==', 'YQD/eg==']);
  const empty = read({ data: undefined });
  check(empty, { 'evt.buffer': undefined });
  assert.deepEqual(output('evt.buffer', empty), ['NULL', 'NULL']);
});

test('evt.rawarg has the type of the parameter on the event', () => {
  const open = on(PPME.PPME_SYSCALL_OPENAT_2_X, {
    fd: -2,
    dirfd: -100,
    name: 'a/../b',
    flags: PPM_O_RDWR | PPM_O_CREAT,
    mode: 0o644,
    dev: 0xfe00,
  });
  const cases: readonly (readonly [string, Value | undefined, string | undefined, JsonValue])[] = [
    ['evt.rawarg.fd', -2, '-2', -2],
    ['evt.rawarg.name', 'a/../b', 'a/../b', 'a/../b'],
    ['evt.rawarg.flags', 7, '7', '7'],
    ['evt.rawarg.mode', 0o644, '644', '644'],
    ['evt.rawarg.dev', 0xfe00, 'FE00', 'FE00'],
    ['evt.rawarg.ino', undefined, undefined, null],
    ['evt.rawarg.res', undefined, undefined, null],
  ];
  for (const [written, value, text, json] of cases) {
    check(open, { [written]: value });
    assert.deepEqual(output(written, open), [text, json], written);
  }
});

test('evt.rawarg of structures reads as evt.args shows them', () => {
  const bind = on(PPME.PPME_SOCKET_BIND_X, {
    res: 0,
    addr: { kind: 'ip', address: '\x7f\0\0\x01', port: 80 },
    fd: 4,
  });
  assert.deepEqual(output('evt.rawarg.addr', bind), ['127.0.0.1:80', '127.0.0.1:80']);
  const raise = on(PPME.PPME_SYSCALL_KILL_X, { res: 0, pid: 9, sig: 15 });
  assert.deepEqual(output('evt.rawarg.sig', raise), ['15', 15]);
});

test('evt.arg by name and position', () => {
  const context = read();
  check(context, {
    'evt.arg.res': '5',
    'evt.arg[0]': '5',
    'evt.arg[3]': '80',
    'evt.arg[4]': undefined,
    'evt.arg.name': undefined,
    'evt.args': 'res=5 data=a..z fd=3 size=80',
    'evt.info': 'res=5 data=a..z fd=3 size=80',
  });
  const [arg] = find(fields, 'evt.arg');
  assert.equal(arg.bind({ text: 'x', bracketed: true }), 'evt.arg[x]: not a number');
  assert.equal(
    arg.bind({ text: 'nosucharg', bracketed: false }),
    'unknown event argument nosucharg',
  );
});

test('texts of flags are the same the second time', () => {
  for (let round = 0; round < 2; round++) {
    check(on(PPME.PPME_SYSCALL_OPENAT_2_X, { flags: PPM_O_RDWR }), { 'evt.arg.flags': 'O_RDWR' });
    check(on(PPME.PPME_SYSCALL_CHMOD_X, { mode: 0o4755 }), {
      'evt.arg.mode': 'S_IXOTH|S_IROTH|S_IXGRP|S_IRGRP|S_IXUSR|S_IWUSR|S_IRUSR|S_ISUID',
    });
    check(on(PPME.PPME_SYSCALL_OPENAT_2_X, {}), { 'evt.arg.flags': '<NA>' });
  }
});

test('a value that was cut short leaves the text of whole ones alone', () => {
  const flags = new Uint8Array([PPM_O_RDWR | PPM_O_CREAT, 0, 0, 0]);
  for (const length of [1, 2, 3, 4]) {
    const event = on(PPME.PPME_SYSCALL_OPENAT_2_X, { flags: flags.slice(0, length) });
    check(event, { 'evt.arg.flags': length < 4 ? '<NA>' : 'O_CREAT|O_RDWR' });
  }
  const zeros = (length: number) => ({ mode: new Uint8Array(length) });
  check(on(PPME.PPME_SYSCALL_CHMOD_X, zeros(3)), { 'evt.arg.mode': '<NA>' });
  check(on(PPME.PPME_SYSCALL_CHMOD_X, zeros(4)), { 'evt.arg.mode': '0' });
});

test('results', () => {
  check(read(), { 'evt.res': 'SUCCESS', 'evt.rawres': 5, 'evt.failed': false });
  check(read({ res: -11 }), { 'evt.res': 'EAGAIN', 'evt.rawres': -11, 'evt.failed': true });
  check(on(PPME.PPME_SYSCALL_SETSID_X, { res: -1 }), { 'evt.res': '-1', 'evt.rawres': -1 });
  check(on(PPME.PPME_PROCEXIT_1_E, { status: 0 }), {
    'evt.res': undefined,
    'evt.failed': undefined,
  });
});

test('counts of errors go by what the call is about', () => {
  const errors = ['file', 'net', 'memory', 'other'].map((kind) => `evt.count.error.${kind}`);
  const cases: readonly (readonly [EventContext, string])[] = [
    [withFd(read({ res: -5 }), FdType.FILE_V2), 'evt.count.error.file'],
    [withFd(read({ res: -5 }), FdType.DIRECTORY), 'evt.count.error.file'],
    [withFd(read({ res: -5 }), FdType.IPV6_SOCK), 'evt.count.error.net'],
    [withFd(read({ res: -5 }), FdType.UNIX_SOCK), 'evt.count.error.net'],
    [withFd(read({ res: -5 }), FdType.FIFO), 'evt.count.error.other'],
    [on(PPME.PPME_SYSCALL_OPENAT_2_X, { fd: -2 }), 'evt.count.error.file'],
    [on(PPME.PPME_SOCKET_CONNECT_X, { res: -111 }), 'evt.count.error.net'],
    [on(PPME.PPME_SYSCALL_MUNMAP_X, { res: -22 }), 'evt.count.error.memory'],
    [on(PPME.PPME_SYSCALL_SETSID_X, { res: -1 }), 'evt.count.error.other'],
  ];
  for (const [context, counted] of cases) {
    for (const name of errors) check(context, { [name]: name === counted ? 1 : undefined });
    check(context, { 'evt.count.error': 1, 'evt.count': 1, 'evt.count.exit': 1 });
  }
});

test('reports about processes', () => {
  const report = on(PPME.PPME_PROCINFO_E, { cpu_usr: 1, cpu_sys: 2 });
  check(report, { 'evt.count.procinfo': 1, 'evt.count.threadinfo': 1, 'evt.category': 'internal' });
  const scene = new Scene();
  const second = scene.thread(8, { pid: 7, ptid: 0 });
  check(scene.on(second, report.event), { 'evt.count.procinfo': 0, 'evt.count.threadinfo': 1 });
  check(read(), { 'evt.count.procinfo': 0, 'evt.count.threadinfo': 0 });
});

test('lengths of buffers by direction and kind of descriptor', () => {
  const lengths = [
    '',
    '.in',
    '.out',
    '.file',
    '.file.in',
    '.file.out',
    '.net',
    '.net.in',
    '.net.out',
  ];
  const cases: readonly (readonly [EventContext, readonly string[]])[] = [
    [read(), []],
    [withFd(read(), FdType.FILE_V2), ['', '.in', '.file', '.file.in']],
    [withFd(read(), FdType.DIRECTORY), ['', '.in']],
    [withFd(read(), FdType.IPV4_SERVSOCK), ['', '.in', '.net', '.net.in']],
    [withFd(read({ res: -5 }), FdType.FILE), []],
    [
      withFd(on(PPME.PPME_SYSCALL_WRITE_X, { res: 5 }), FdType.FILE),
      ['', '.out', '.file', '.file.out'],
    ],
    [
      withFd(on(PPME.PPME_SYSCALL_WRITE_X, { res: 5 }), FdType.IPV6_SOCK),
      ['', '.out', '.net', '.net.out'],
    ],
    [withFd(on(PPME.PPME_SYSCALL_CLOSE_X, { res: 5 }), FdType.FILE), ['', '.file']],
    [withFd(on(PPME.PPME_SYSCALL_FSTAT_X, { res: 5 }), FdType.FILE), []],
  ];
  for (const [context, present] of cases) {
    for (const length of lengths) {
      check(context, { [`evt.buflen${length}`]: present.includes(length) ? 5 : undefined });
    }
  }
});

test('what files are opened for', () => {
  const open = (type: number, params: Readonly<Record<string, ParamInput>>) => {
    const context = on(type, params);
    return ['read', 'write', 'exec', 'create'].filter(
      (what) => valueOf(fields, `evt.is_open_${what}`, context) === true,
    );
  };
  const create = { fd: 3, flags: PPM_O_RDWR | PPM_O_CREAT, mode: 0o711 };
  const temporary = { fd: 3, flags: PPM_O_RDWR | PPM_O_TMPFILE, mode: 0o600 };
  const { PPME_SYSCALL_OPEN_BY_HANDLE_AT_X: byHandle, PPME_SYSCALL_OPENAT2_X: openat2 } = PPME;
  assert.deepEqual(open(PPME.PPME_SYSCALL_OPEN_X, create), ['read', 'write', 'exec']);
  assert.deepEqual(open(openat2, temporary), ['read', 'write', 'create']);
  assert.deepEqual(open(openat2, { ...temporary, fd: -2 }), ['read', 'write']);
  assert.deepEqual(open(byHandle, { fd: 3, flags: PPM_O_RDWR | PPM_O_CREAT }), ['read', 'write']);
  assert.deepEqual(open(PPME.PPME_SYSCALL_CREAT_X, { fd: 3, mode: 0o755 }), ['exec']);
  assert.deepEqual(open(PPME.PPME_SYSCALL_READ_X, {}), []);
});

test('evt.abspath', () => {
  const rename = on(PPME.PPME_SYSCALL_RENAMEAT2_X, {
    res: 0,
    olddirfd: -100,
    oldpath: 'a/../b',
    newdirfd: 9,
    newpath: './c',
  });
  check(rename, {
    'evt.abspath': '/srv/b',
    'evt.abspath.src': '/srv/b',
    'evt.abspath.dst': '<UNKNOWN>/c',
  });
  check(rename, { 'evt.abspath.src': '/srv/b' });
  const byHandle = { fd: 4, flags: 1, path: '/a/./b' };
  check(on(PPME.PPME_SYSCALL_OPEN_BY_HANDLE_AT_X, byHandle), { 'evt.abspath': '/a/b' });
  check(on(PPME.PPME_SYSCALL_OPEN_BY_HANDLE_AT_X, { ...byHandle, fd: -1 }), {
    'evt.abspath': undefined,
  });
  check(on(PPME.PPME_SYSCALL_UNLINKAT_2_X, { dirfd: -100, name: undefined }), {
    'evt.abspath': undefined,
  });
  check(read(), { 'evt.abspath': undefined });
});

test('events of the Docker daemon', () => {
  const description =
    'Event:exec_create: sh; ID:4cf9a15d4dd14ecb9a8c; name:web ; Image:nginx@sha256:0011';
  const context = on(PPME.PPME_INFRASTRUCTURE_EVENT_E, { source: 'docker', description });
  check(context, {
    'evt.infra.docker.name': 'exec_create',
    'evt.infra.docker.container.id': '4cf9a15d4dd1',
    'evt.infra.docker.container.name': 'web',
    'evt.infra.docker.container.image': 'nginx',
  });
  const images = [
    ['Image:nginx:1.25', 'nginx'],
    ['Image:sha256:0011', 'sha256:0011'],
    ['Event:start', undefined],
  ] as const;
  for (const [text, image] of images) {
    const event = on(PPME.PPME_INFRASTRUCTURE_EVENT_E, { description: text });
    check(event, { 'evt.infra.docker.container.image': image });
  }
  check(read(), { 'evt.infra.docker.name': undefined });
});
