/**
 * Puts the product's sources into two files of JavaScript, which start in half the time of some
 * two hundred TypeScript files. `bin/saker` takes them when they are newer than every source, and
 * the sources otherwise. tools/setup.mjs calls this; usage by hand: node tools/bundle.ts
 */

import { mkdirSync, renameSync, rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { build } from 'esbuild';

const root = resolve(import.meta.dirname, '..');
const directory = resolve(root, 'node_modules/.cache/saker-bundle');

// Made beside its place: what is interrupted, or starts at the same time, finds the old one whole.
const unfinished = `${directory}-${process.pid}`;
mkdirSync(unfinished, { recursive: true });
await build({
  entryPoints: {
    agent: resolve(root, 'packages/agent/src/main.ts'),
    cli: resolve(root, 'packages/cli/src/main.ts'),
  },
  outdir: unfinished,
  outExtension: { '.js': '.cjs' },
  bundle: true,
  platform: 'node',
  // Node's loader of ES modules alone costs 10 ms to start. What is imported on demand is still
  // run on demand, but lies in the same file.
  format: 'cjs',
  define: { 'import.meta.dirname': '__dirname' },
  target: 'node24',
  logLevel: 'warning',
});
rmSync(directory, { recursive: true, force: true });
renameSync(unfinished, directory);
