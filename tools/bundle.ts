/**
 * Puts the product's sources into a few files of JavaScript, which start in half the time of some
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
  outExtension: { '.js': '.mjs' },
  bundle: true,
  splitting: true,
  platform: 'node',
  format: 'esm',
  target: 'node24',
  // Finds its native binary beside itself, which a bundle is not.
  external: ['koffi'],
  logLevel: 'warning',
});
rmSync(directory, { recursive: true, force: true });
renameSync(unfinished, directory);
