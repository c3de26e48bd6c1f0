import assert from 'node:assert/strict';
import test from 'node:test';
import { PPM_FD_UPPER_LAYER } from '../events/constants.gen.ts';
import { encodeNamed, viewRecord } from '../events/encode.ts';
import type { ParamInput } from '../events/encode-param.ts';
import { PPME } from '../events/event-codes.gen.ts';
import { FdType, L4 } from '../events/fd-type.ts';
import { unknownContainer } from '../state/container-info.ts';
import type { EventContext } from '../state/event-context.ts';
import { FdInfo, Role } from '../state/fd-info.ts';
import { FdTable } from '../state/fd-table.ts';
import { fdFields } from './fd.ts';
import { fdlistFields } from './fdlist.ts';
import type { Value } from './field.ts';
import { candidatesOf, find, Scene, valueOf } from './scene.cases.ts';

const CLIENT = '\x0a\0\0\x01';
const SERVER = '\x0a\0\0\x02';
const LOOPBACK_6 = `${'\0'.repeat(15)}\x01`;
const FAR_6 = `\x20\x01${'\0'.repeat(14)}`;

interface Setting {
  readonly scene: Scene;
  readonly context: EventContext;
}

function on(type: number, params: Readonly<Record<string, ParamInput>>, containerId = ''): Setting {
  const scene = new Scene();
  const thread = scene.process(7, { cwd: '/srv/', containerId, fds: new FdTable() });
  scene.state.interfaces.push(
    { name: 'lo', address: LOOPBACK_6, netmask: '', broadcast: '', linkSpeed: undefined },
    { name: 'eth0', address: CLIENT, netmask: '\xff\0\0\0', broadcast: '', linkSpeed: undefined },
  );
  const event = viewRecord(encodeNamed(type, { time: 0, tid: 7 }, params));
  return { scene, context: scene.on(thread, event) };
}

function entry({ context }: Setting, type: FdType, path = ''): FdInfo {
  return new FdInfo(type, context.state.texts.internString(path));
}

/** An event that uses descriptor 3, which is `fd`. */
function using(make: (setting: Setting) => FdInfo, containerId = ''): EventContext {
  const setting = on(PPME.PPME_SYSCALL_READ_X, { res: 0, fd: 3 }, containerId);
  const fd = make(setting);
  setting.context.main?.fds?.set(3, fd);
  return Object.assign(setting.context, { fd, fdNumber: 3 });
}

function connection(traits: Partial<FdInfo>, containerId = ''): EventContext {
  return using((setting) => {
    const fd = entry(setting, traits.type ?? FdType.IPV4_SOCK);
    const ends = { sourceAddress: CLIENT, sourcePort: 40000 };
    const others = { destinationAddress: SERVER, destinationPort: 443 };
    const tcp = { l4proto: L4.TCP, role: Role.CLIENT };
    return Object.assign(fd, { ...tcp, ...ends, ...others, ...traits });
  }, containerId);
}

function check(context: EventContext, expected: Readonly<Record<string, Value | undefined>>): void {
  for (const [name, value] of Object.entries(expected)) {
    assert.deepEqual(valueOf(fdFields, name, context), value, name);
  }
}

test('both sides of a connection', () => {
  const context = connection({});
  check(context, {
    'fd.cip': CLIENT,
    'fd.sip': SERVER,
    'fd.lip': CLIENT,
    'fd.rip': SERVER,
    'fd.cport': 40000,
    'fd.rport': 443,
    'fd.sproto': '443',
    'fd.lproto': '40000',
    'fd.cnet': CLIENT,
    'fd.snet': SERVER,
    'fd.lnet': CLIENT,
    'fd.rnet': SERVER,
    'fd.is_server': false,
    'fd.l4proto': 'tcp',
    'fd.sockfamily': 'ip',
    'fd.sip.name': undefined,
    'fd.directory': undefined,
    'fd.filename': undefined,
  });
  const turned = connection({ sourceAddress: SERVER, destinationAddress: CLIENT });
  check(turned, { 'fd.lip': CLIENT, 'fd.lport': 443, 'fd.rip': SERVER, 'fd.is_server': true });
});

test('either side: fd.ip, fd.port, fd.proto, fd.net', () => {
  const context = connection({});
  for (const name of ['fd.ip', 'fd.net']) {
    assert.deepEqual(candidatesOf(fdFields, name, context), [CLIENT, SERVER]);
  }
  for (const name of ['fd.port', 'fd.proto']) {
    assert.deepEqual(candidatesOf(fdFields, name, context), [40000, 443]);
    assert.equal(find(fdFields, name)[0].quantifier, 'any');
  }
  const listening = connection({ type: FdType.IPV4_SERVSOCK, sourcePort: 80, role: Role.SERVER });
  assert.deepEqual(candidatesOf(fdFields, 'fd.port', listening), [80]);
  assert.deepEqual(candidatesOf(fdFields, 'fd.net', listening), [CLIENT]);
  const file = using((setting) => entry(setting, FdType.FILE, '/etc/passwd'));
  assert.equal(candidatesOf(fdFields, 'fd.ip', file), undefined);
});

test('sockets without addresses have those of all zeros', () => {
  const empty = { sourceAddress: '', destinationAddress: '', sourcePort: 0, destinationPort: 0 };
  const context = connection({ ...empty, role: Role.NONE });
  assert.deepEqual(candidatesOf(fdFields, 'fd.ip', context), ['\0\0\0\0', '\0\0\0\0']);
  check(context, {
    'fd.cip': undefined,
    'fd.sport': undefined,
    'fd.l4proto': '<NA>',
    'fd.lip': undefined,
  });
  check(connection({ ...empty, role: Role.NONE, l4proto: L4.RAW }), { 'fd.l4proto': 'raw' });
});

test('a listening socket has a server only', () => {
  const context = connection({
    type: FdType.IPV6_SERVSOCK,
    sourceAddress: LOOPBACK_6,
    role: Role.SERVER,
  });
  check(context, {
    'fd.sip': LOOPBACK_6,
    'fd.sport': 40000,
    'fd.sproto': '',
    'fd.cip': undefined,
    'fd.cproto': '',
    'fd.lip': undefined,
    'fd.is_server': true,
  });
});

test('local addresses', () => {
  const v6 = { type: FdType.IPV6_SOCK, sourceAddress: LOOPBACK_6, destinationAddress: FAR_6 };
  check(connection(v6), { 'fd.lip': LOOPBACK_6, 'fd.rip': FAR_6 });
  check(connection({ ...v6, destinationAddress: '\0'.repeat(16) }), { 'fd.is_server': true });
  check(connection(v6, 'c0ffee'), { 'fd.lip': FAR_6, 'fd.rip': LOOPBACK_6 });
  const inContainer = (ip: string) => {
    const context = connection({}, 'c0ffee');
    context.state.containers.add({ ...unknownContainer, id: 'c0ffee', ip });
    return context;
  };
  check(inContainer('10.0.0.2'), { 'fd.is_server': true });
  check(inContainer('10.0.0.9'), { 'fd.is_server': false, 'fd.lip': CLIENT });
  check(inContainer(''), { 'fd.is_server': false, 'fd.lip': SERVER });
  const other = inContainer('');
  other.state.containers.add({ ...unknownContainer, id: 'other', ip: '10.0.0.1' });
  check(other, { 'fd.lip': CLIENT });
});

test('files', () => {
  const cases: readonly (readonly [string, directory: string, file: string])[] = [
    ['/etc/passwd', '/etc', 'passwd'],
    ['/passwd', '/', 'passwd'],
    ['/', '/', '/'],
    ['passwd', '/', '/'],
    ['/etc/', '/etc/', '/etc/'],
    ['', '/', '/'],
  ];
  for (const [path, directory, file] of cases) {
    const context = using((setting) => entry(setting, FdType.FILE_V2, path));
    check(context, { 'fd.name': path, 'fd.directory': directory, 'fd.filename': file });
    check(context, { 'fd.containername': `:${path}`, 'fd.uid': '73' });
    assert.equal(find(fdFields, 'fd.name')[0].text?.(context)?.string, path);
  }
  const directory = using((setting) => entry(setting, FdType.DIRECTORY, '/etc/ssl'));
  check(directory, { 'fd.directory': '/etc/ssl', 'fd.filename': undefined, 'fd.typechar': 'd' });
});

test('devices and layers', () => {
  const context = using((setting) =>
    Object.assign(entry(setting, FdType.FILE_V2, '/a'), {
      dev: 0x12345678,
      ino: 7,
      openFlags: PPM_FD_UPPER_LAYER,
    }),
  );
  check(context, {
    'fd.dev': 0x12345678,
    'fd.dev.major': 0x456,
    'fd.dev.minor': 0x12378,
    'fd.ino': 7,
    'fd.is_upper_layer': true,
    'fd.is_lower_layer': false,
  });
});

test('where no descriptor is known, the call tells the name', () => {
  const openat = { fd: -2, dirfd: -100, name: 'a//../b', flags: 1 };
  const failed = on(PPME.PPME_SYSCALL_OPENAT_2_X, openat).context;
  failed.fdNumber = -2;
  check(failed, {
    'fd.num': -2,
    'fd.name': '/srv/b',
    'fd.nameraw': 'a/../b',
    'fd.directory': '/srv',
    'fd.filename': undefined,
    'fd.typechar': 'f',
    'fd.type': undefined,
  });
  const unnamed = on(PPME.PPME_SYSCALL_OPENAT_2_X, { ...openat, name: undefined }).context;
  check(unnamed, { 'fd.name': undefined, 'fd.directory': undefined });
  const creat = on(PPME.PPME_SYSCALL_CREAT_X, { fd: -13, name: 'x' }).context;
  check(creat, { 'fd.name': '/srv/x', 'fd.nameraw': '/srv/x' });
  const byHandle = on(PPME.PPME_SYSCALL_OPEN_BY_HANDLE_AT_X, { fd: -1, path: '/x' }).context;
  check(byHandle, { 'fd.name': '/x' });
  const unnamedHandle = on(PPME.PPME_SYSCALL_OPEN_BY_HANDLE_AT_X, { fd: -1 }).context;
  check(unnamedHandle, { 'fd.name': '<NA>' });
  const socket = on(PPME.PPME_SOCKET_SOCKET_X, { fd: -97 }).context;
  check(socket, { 'fd.name': '', 'fd.directory': '/', 'fd.typechar': '4' });
  const exec = on(PPME.PPME_SYSCALL_SETSID_X, { res: 0 }).context;
  check(exec, { 'fd.num': undefined, 'fd.name': undefined, 'fd.uid': undefined });
});

test('fd.types', () => {
  const context = using((setting) => entry(setting, FdType.FILE_V2, '/a'));
  const other = { scene: new Scene(), context };
  context.main?.fds?.set(0, entry(other, FdType.FIFO));
  context.main?.fds?.set(1, entry(other, FdType.FILE, '/b'));
  check(context, {
    'fd.types': ['pipe', 'file'],
    'fd.types[0]': ['pipe'],
    'fd.types[3]': ['file'],
    'fd.types[9]': undefined,
  });
  const { context: none } = on(PPME.PPME_SYSCALL_READ_X, { res: 0, fd: 3 });
  check(none, { 'fd.types': undefined });
});

test('lists of descriptors', () => {
  const fds = [3, 4, 5, 6, 7].map((fd) => ({ fd, events: 1 }));
  const setting = on(PPME.PPME_SYSCALL_POLL_X, { res: 1, fds });
  const { context } = setting;
  const ends = {
    sourceAddress: CLIENT,
    sourcePort: 40000,
    destinationAddress: SERVER,
    destinationPort: 443,
  };
  const sockets = [
    Object.assign(entry(setting, FdType.IPV4_SOCK), { ...ends, l4proto: L4.TCP }),
    Object.assign(entry(setting, FdType.IPV6_SERVSOCK), {
      sourceAddress: LOOPBACK_6,
      sourcePort: 80,
    }),
    entry(setting, FdType.FIFO),
    entry(setting, FdType.FILE_V2, '/a'),
  ];
  for (const [i, fd] of sockets.entries()) {
    if (fd.isIpSocket) fd.tupleChanged();
    context.main?.fds?.set(3 + i, fd);
  }
  const expected = {
    'fdlist.nums': '3,4,5,6,7',
    'fdlist.names': '10.0.0.1:40000->10.0.0.2:443,::1:80,<NA>,/a,<NA>',
    'fdlist.cips': '10.0.0.1',
    'fdlist.sips': '10.0.0.2,::1',
    'fdlist.cports': '40000',
    'fdlist.sports': '443',
  };
  for (const [name, value] of Object.entries(expected)) {
    assert.equal(valueOf(fdlistFields, name, context), value, name);
  }
  const empty = on(PPME.PPME_SYSCALL_PPOLL_X, { res: 1, fds: [] }).context;
  assert.equal(valueOf(fdlistFields, 'fdlist.nums', empty), undefined);
});
