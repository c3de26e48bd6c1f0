/** Brings the bundle up to date that bin/saker starts faster from. */

import { spawnSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { say, shortReason } from './say.mjs';

/**
 * Without the bundle saker starts from the sources: nothing is lost but time.
 * @param {string} root
 */
export function bundleSources(root) {
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
