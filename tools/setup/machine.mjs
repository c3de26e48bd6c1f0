/** What setup asks of the machine that it runs on. Tests hand in machines of their own. */

import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/**
 * @typedef {object} CommandResult
 * @property {boolean} ok
 * @property {string} stdout
 * @property {string} complaint What it wrote to the standard error, or why it did not start.
 */

/**
 * @typedef {object} Machine
 * @property {string} arch As Node names it.
 * @property {boolean} isRoot
 * @property {(path: string) => boolean} hasFile
 * @property {(command: string) => boolean} hasCommand
 * @property {(command: string, args: readonly string[]) => CommandResult} run
 */

/** No step of setup takes so long; one that does hangs. */
const COMMAND_MS_MAX = 15 * 60_000;

/** @type {Machine} */
export const thisMachine = {
  arch: process.arch,
  isRoot: process.getuid?.() === 0,
  hasFile: existsSync,
  hasCommand: (command) =>
    (process.env['PATH'] ?? '').split(delimiter).some((folder) => isExecutable(folder, command)),
  run(command, args) {
    const { status, stdout, stderr, error } = spawnSync(command, args, {
      encoding: 'utf8',
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C' },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: COMMAND_MS_MAX,
    });
    return { ok: status === 0, stdout, complaint: error?.message ?? stderr };
  },
};

/** @param {string} folder @param {string} command */
function isExecutable(folder, command) {
  try {
    accessSync(join(folder || '.', command), constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
