/**
 * Compiles the programs for the kernel, packages/sensor/bpf, when a source is newer than what was
 * made of it: for this machine's architecture, which live detection needs, and for the other one,
 * to see that it compiles.
 */

import { mkdirSync, readdirSync, renameSync, rmSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { say, sayIndented } from './say.mjs';

/** @typedef {import('./machine.mjs').Machine} Machine */

/** What bpf_tracing.h and our own sources call the architectures, by `process.arch`. */
const targets = new Map([
  ['x64', 'x86'],
  ['arm64', 'arm64'],
]);

/** The oldest that knows everything that the sources use (BTF of weak kernel functions). */
const CLANG_MAJOR_MIN = 14;
const CLANG_MAJOR_MAX = 30;
const HEADERS = ['bpf_helpers.h', 'bpf_core_read.h'];
const HEADER_FOLDERS = ['/usr/include/bpf', '/usr/local/include/bpf'];

/** @param {string} root */
const sourceFolder = (root) => join(root, 'packages/sensor/bpf');
/** @param {string} root @param {string} arch */
const objectFile = (root, arch) => join(root, `packages/sensor/build/sensor.${arch}.bpf.o`);

/** @param {string} root Whether nothing has to be compiled. */
export function hasObjects(root) {
  return staleArchs(root).length === 0;
}

/**
 * The architectures whose object is absent or older than a source. This file counts as one: it
 * holds the compiler's flags.
 * @param {string} root @returns {string[]}
 */
function staleArchs(root) {
  const sources = newestSource(sourceFolder(root));
  if (sources === undefined) return [];
  const newest = Math.max(sources, statSync(fileURLToPath(import.meta.url)).mtimeMs);
  return [...targets.keys()].filter((arch) => {
    const object = statSync(objectFile(root, arch), { throwIfNoEntry: false });
    return object === undefined || object.mtimeMs < newest;
  });
}

/** @param {string} folder @returns {number | undefined} Milliseconds; undefined: no sources. */
function newestSource(folder) {
  if (statSync(folder, { throwIfNoEntry: false }) === undefined) return undefined;
  const times = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.[ch]$/.test(name))
    .map((name) => statSync(join(folder, name)).mtimeMs);
  return times.length === 0 ? undefined : Math.max(...times);
}

/**
 * A clang that is new enough: the one of that name, else the newest with a version in its name.
 * @param {Machine} machine @returns {string | undefined}
 */
export function usableClang(machine) {
  const versions = Array.from(
    { length: CLANG_MAJOR_MAX - CLANG_MAJOR_MIN + 1 },
    (_, index) => `clang-${CLANG_MAJOR_MAX - index}`,
  );
  return ['clang', ...versions].find((command) => {
    if (!machine.hasCommand(command)) return false;
    const version = /clang version (\d+)/.exec(machine.run(command, ['--version']).stdout);
    return Number(version?.[1]) >= CLANG_MAJOR_MIN;
  });
}

/** @param {Machine} machine */
export function hasHeaders(machine) {
  return HEADERS.every((name) => HEADER_FOLDERS.some((f) => machine.hasFile(`${f}/${name}`)));
}

/**
 * Compiles what is out of date. What cannot be compiled is removed: an object that is older than
 * the sources does not fit the rest of the product.
 * @param {string} root @param {Machine} machine
 */
export function compileBpfObjects(root, machine) {
  const stale = staleArchs(root);
  if (stale.length === 0) return;
  const clang = usableClang(machine);
  if (clang === undefined || !hasHeaders(machine)) {
    for (const arch of stale) rmSync(objectFile(root, arch), { force: true });
    return;
  }
  mkdirSync(join(root, 'packages/sensor/build'), { recursive: true });
  const made = stale.filter((arch) => compile(root, arch, clang, machine));
  if (made.length > 0) say(`compiled the BPF programs for ${made.join(' and ')}`);
}

/** @param {string} root @param {string} arch @param {string} clang @param {Machine} machine */
function compile(root, arch, clang, machine) {
  const object = objectFile(root, arch);
  const started = new Date();
  // Made beside its place: who starts at the same time finds the old one whole.
  const unfinished = `${object}.${process.pid}`;
  const flags = ['-O2', '-g', '-Wall', '-target', 'bpf', `-D__TARGET_ARCH_${targets.get(arch)}`];
  const source = join(sourceFolder(root), 'sensor.bpf.c');
  const { ok, complaint } = machine.run(clang, [...flags, '-c', source, '-o', unfinished]);
  if (!ok) {
    rmSync(unfinished, { force: true });
    rmSync(object, { force: true });
    const lost =
      arch === machine.arch ? 'live detection will not work' : 'this machine does not need it';
    say(`${clang} cannot compile the BPF programs for ${arch} (${lost}):`);
    sayIndented(complaint);
    return false;
  }
  if (complaint !== '') {
    say(`${clang} warns:`);
    sayIndented(complaint);
  }
  dropDebugSections(unfinished, clang, machine);
  // A source that is written while the compiler runs is newer than the object.
  utimesSync(unfinished, started, started);
  renameSync(unfinished, object);
  return true;
}

/**
 * Drops what debuggers read and keeps BTF, which the kernel reads. Without the tool, which is a
 * package of its own, the file is larger and as good.
 * @param {string} object @param {string} clang @param {Machine} machine
 */
function dropDebugSections(object, clang, machine) {
  const strip = machine.run(clang, ['-print-prog-name=llvm-strip']).stdout.trim();
  if (strip.startsWith('/')) machine.run(strip, ['-g', object]);
}
