/**
 * Makes the checkout ready: packages of npm and of the distribution, the BPF programs, the bundle.
 * `npm start`, `npm test` and `npm run check` call it first; it does nothing when there is nothing
 * to do.
 *
 * Plain JavaScript without dependencies: it runs before there are any, on whatever Node (>= 20) the
 * machine has. What comes after it in the scripts runs on the Node that the lock file pins, called
 * by its path: a shell that has looked `node` up once does not look again. It is chained in the
 * scripts and is not a `pre` script, because npm skips those where `ignore-scripts` is set, as it
 * is here: no dependency may run code when it is installed.
 */

import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compileBpfObjects } from './setup/bpf-objects.mjs';
import { bundleSources } from './setup/bundle.mjs';
import { thisMachine } from './setup/machine.mjs';
import { hasPinnedNode, installNpmPackages } from './setup/npm-packages.mjs';
import { say } from './setup/say.mjs';
import { installSystemPackages } from './setup/system-packages.mjs';

const NODE_MAJOR_MIN = 20;

function main() {
  const major = Number(process.versions.node.split('.')[0]);
  if (major < NODE_MAJOR_MIN) {
    say(`Node ${process.versions.node} is too old: ${NODE_MAJOR_MIN} or newer is needed to set up`);
    return 1;
  }
  const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
  if (!installNpmPackages(root)) return 1;
  if (process.platform === 'linux') {
    installSystemPackages(root, thisMachine);
    compileBpfObjects(root, thisMachine);
  }
  if (!hasPinnedNode()) {
    say(`no pinned Node for ${process.platform} ${process.arch}: your own must be 24 or newer`);
    return 0;
  }
  bundleSources(root);
  return 0;
}

process.exitCode = main();
