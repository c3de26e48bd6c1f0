/**
 * Puts the product's sources into two files of JavaScript, which start in a third of the time of
 * some two hundred TypeScript files. `bin/saker` takes them when they are newer than every source,
 * and the sources otherwise. tools/setup.mjs calls this; usage by hand: node tools/bundle.ts
 */

import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';

const root = resolve(import.meta.dirname, '..');
const directory = resolve(root, 'node_modules/.cache/saker-bundle');
const parts = ['agent', 'cli'];

/** What runs once, so that V8's code for the usual is kept from the beginning: see start.cjs. */
const warmUps: readonly (readonly string[])[] = [
  words(
    '-c /dev/null -r rules/saker_rules.yaml',
    '-o engine.kind=replay -o engine.replay.capture_file=samples/story.scap',
  ),
  words('rules check rules/saker_rules.yaml'),
];

function words(...lines: readonly string[]): string[] {
  return lines.flatMap((line) => line.split(' '));
}

// Made beside its place: what is interrupted, or starts at the same time, finds the old one whole.
const unfinished = `${directory}-${process.pid}`;
try {
  mkdirSync(unfinished, { recursive: true });
  await build({
    entryPoints: {
      ...Object.fromEntries(
        parts.map((part) => [part, join(root, `packages/${part}/src/main.ts`)]),
      ),
      // Each thread has a file of its own.
      'output-worker': join(root, 'packages/agent/src/outputs/thread/output-worker.ts'),
      'split-worker': join(root, 'packages/agent/src/plugins/k8saudit/split-worker.ts'),
      'http-worker': join(root, 'packages/agent/src/http/http-worker.ts'),
      'owner-worker': join(root, 'packages/agent/src/plugins/binary/owner-worker.ts'),
    },
    outdir: unfinished,
    bundle: true,
    platform: 'node',
    // Node's loader of ES modules alone costs 10 ms to start. What is imported on demand is still
    // run on demand, but lies in the same file.
    format: 'cjs',
    define: { 'import.meta.dirname': '__dirname' },
    target: 'node24',
    // koffi finds its native binary beside itself, which a bundle is not. grpc-js is large, and
    // every thread of outputs would read past it.
    external: ['koffi', '@grpc/grpc-js'],
    logLevel: 'warning',
  });
  for (const part of parts) {
    copyFileSync(join(root, 'tools/start.cjs'), join(unfinished, `${part}.cjs`));
  }
  rmSync(directory, { recursive: true, force: true });
  renameSync(unfinished, directory);
} finally {
  // A bundle that failed leaves nothing behind.
  rmSync(unfinished, { recursive: true, force: true });
}
for (const args of warmUps) spawnSync(join(root, 'bin/saker'), args, { cwd: root });
