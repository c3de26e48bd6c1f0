import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type ResourceFiles, resourceMetrics } from './resource-usage.ts';

function rootOf(context: TestContext, files: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(join(tmpdir(), 'saker-resources-'));
  context.after(() => rmSync(root, { recursive: true }));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}

function read(files: ResourceFiles): Readonly<Record<string, number>> {
  return Object.fromEntries(resourceMetrics(files).map(({ name, value }) => [name, Number(value)]));
}

const FILES = {
  '/proc/self/status': 'Name:\tx\nVmSize:\t  1000 kB\nVmRSS:\t   200 kB\n',
  '/proc/self/smaps_rollup': '00-ff ---p 00 00:00 0 [rollup]\nRss: 200 kB\nPss:   150 kB\n',
  '/proc/meminfo':
    'MemTotal:  900 kB\nMemFree:  100 kB\nMemAvailable: 5 kB\nBuffers: 10 kB\nCached: 90 kB\n',
  '/proc/stat': 'cpu  10 0 10 75 5 0 0 9 9 9\ncpu0 1 2 3\nprocs_running 3\n',
  '/proc/sys/fs/file-nr': '1234\t0\t99999\n',
  '/sys/fs/cgroup/memory/memory.usage_in_bytes': '4096\n',
  '/sys/fs/cgroup/memory.current': '8192\n',
  '/elsewhere': '777\n',
};

test('files of /proc are read as Falco reads them', (context) => {
  const root = rootOf(context, FILES);
  const { cpu_usage_perc: cpu, ...others } = read({
    hostRoot: root,
    ownRoot: root,
    environment: {},
  });
  assert.ok(cpu !== undefined && cpu > 0);
  assert.deepEqual(others, {
    memory_rss_kb: 200,
    memory_vsz_kb: 1000,
    memory_pss_kb: 150,
    container_memory_used_bytes: 4096,
    host_cpu_usage_perc: 25,
    host_memory_used_kb: 700,
    host_procs_running: 3,
    host_open_fds: 1234,
  });
});

test('memory of the container: where it is said to be, or of cgroups 1 or 2', (context) => {
  const bytes = (files: Readonly<Record<string, string>>, path?: string) => {
    const root = rootOf(context, files);
    const environment = path === undefined ? {} : { FALCO_CGROUP_MEM_PATH: path };
    return read({ hostRoot: root, ownRoot: root, environment })['container_memory_used_bytes'];
  };
  const { '/sys/fs/cgroup/memory/memory.usage_in_bytes': _, ...unified } = FILES;
  assert.equal(bytes(unified), 8192);
  assert.equal(bytes(FILES, '/elsewhere'), 777);
  assert.equal(bytes(FILES, '/x/../elsewhere'), 4096);
  assert.equal(bytes(FILES, '/absent'), 0);
  assert.equal(bytes({ '/proc/stat': '' }), 0);
});

test('what cannot be read is zero', (context) => {
  const root = rootOf(context, {});
  const { cpu_usage_perc: _, ...others } = read({ hostRoot: root, ownRoot: root, environment: {} });
  assert.deepEqual(new Set(Object.values(others)), new Set([0]));
});

test('on this machine everything has a value', () => {
  const { container_memory_used_bytes: _, ...values } = read({ hostRoot: '', environment: {} });
  for (const [name, value] of Object.entries(values)) {
    assert.ok(Number.isFinite(value) && value > 0, `${name}: ${value}`);
  }
  assert.ok((values['memory_pss_kb'] ?? 0) <= (values['memory_rss_kb'] ?? 0));
  assert.ok((values['memory_rss_kb'] ?? 0) <= (values['memory_vsz_kb'] ?? 0));
});
