/**
 * Packages of the distribution that live detection needs. Replay, rules and everything else work
 * without them, so that a machine that lacks them is told, not refused.
 */

import { hasHeaders, hasObjects, usableClang } from './bpf-objects.mjs';
import { say, shortReason } from './say.mjs';

/** @typedef {import('./machine.mjs').Machine} Machine */
/** @typedef {'clang' | 'libbpf' | 'headers'} Need */

/** What each need is called by the package managers, and how they are asked for it. */
const installers = [
  {
    command: 'apt-get',
    install: 'apt-get install -y --no-install-recommends',
    names: { clang: 'clang', libbpf: 'libbpf1', headers: 'libbpf-dev' },
  },
  {
    command: 'dnf',
    install: 'dnf install -y',
    names: { clang: 'clang', libbpf: 'libbpf', headers: 'libbpf-devel' },
  },
  {
    command: 'zypper',
    install: 'zypper install -y',
    names: { clang: 'clang', libbpf: 'libbpf1', headers: 'libbpf-devel' },
  },
  {
    command: 'pacman',
    install: 'pacman -S --needed',
    names: { clang: 'clang', libbpf: 'libbpf', headers: 'libbpf' },
  },
];

/** Where the distributions keep shared libraries, the machine's own architecture first. */
const libraryFolders = (/** @type {string} */ arch) => {
  const triplet = arch === 'arm64' ? 'aarch64-linux-gnu' : 'x86_64-linux-gnu';
  return [`/usr/lib/${triplet}`, `/lib/${triplet}`, '/usr/lib64', '/usr/lib', '/usr/local/lib'];
};

/** A server that does not answer is given up soon: nothing depends on it for certain. */
const APT_OPTIONS = ['-qq', '-o', 'Acquire::http::Timeout=20', '-o', 'DPkg::Lock::Timeout=120'];

/**
 * What is missing. Where the objects are up to date, nothing is needed to compile them.
 * @param {string} root @param {Machine} machine
 * @returns {Need[]}
 */
export function missingNeeds(root, machine) {
  /** @type {Need[]} */
  const missing = [];
  if (!hasObjects(root)) {
    if (usableClang(machine) === undefined) missing.push('clang');
    if (!hasHeaders(machine)) missing.push('headers');
  }
  const folders = libraryFolders(machine.arch);
  if (!folders.some((folder) => machine.hasFile(`${folder}/libbpf.so.1`))) missing.push('libbpf');
  return missing;
}

/**
 * The command that installs what is missing, for people; undefined: no package installer that we
 * know.
 * @param {readonly Need[]} needs @param {Machine} machine
 */
export function installCommand(needs, machine) {
  const installer = installers.find(({ command }) => machine.hasCommand(command));
  if (installer === undefined) return undefined;
  const names = new Set(needs.map((need) => installer.names[need]));
  return `${machine.isRoot ? '' : 'sudo '}${installer.install} ${[...names].join(' ')}`;
}

/**
 * Installs what is missing where that may be done: as root, with apt-get. Elsewhere says what to
 * do.
 * @param {string} root @param {Machine} machine
 */
export function installSystemPackages(root, machine) {
  const needs = missingNeeds(root, machine);
  if (needs.length === 0) return;
  const command = installCommand(needs, machine);
  if (command === undefined) {
    say(`for live detection install clang (14 or newer) and libbpf 1.x with its headers`);
    return;
  }
  if (!machine.isRoot || !machine.hasCommand('apt-get')) {
    say(`live detection needs packages that are not installed: ${command}`);
    say('everything else works without them');
    return;
  }
  say(`installing packages for live detection: ${command}`);
  const complaint = aptInstall(command, machine);
  if (missingNeeds(root, machine).length === 0) return;
  say(`apt-get did not install them: ${shortReason(complaint)}`);
  say('live detection will not work; everything else does');
}

/** @param {string} command @param {Machine} machine @returns {string} its complaint, if any */
function aptInstall(command, machine) {
  const [program = '', ...args] = command.split(' ');
  const first = machine.run(program, [...APT_OPTIONS, ...args]);
  if (first.ok) return '';
  // A fresh image has no lists of packages, an old one lists what is gone.
  const update = machine.run(program, [...APT_OPTIONS, 'update']);
  const second = machine.run(program, [...APT_OPTIONS, ...args]);
  return second.ok ? '' : second.complaint || update.complaint;
}
