/**
 * `npm test`: runs every `*.test.ts` of packages and tools and says at the end which tests were
 * skipped and why. With CI=true more skipped tests than tools/skips-allowed.json grants are a
 * failure: a test that silently stops running protects nothing.
 *
 * Arguments: words select the test files whose path contains one of them; flags go to Node's test
 * runner (`npm test -- --test-update-snapshots`, `npm test -- lang --test-name-pattern=quoted`).
 */

import { globSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';

const root = resolve(import.meta.dirname, '..');
const TEST_FILES = ['packages/*/src/**/*.test.ts', 'tools/**/*.test.ts'];

interface SkipsAllowed {
  /** How many tests a full run may skip, each group with its reason. */
  readonly groups: readonly { readonly count: number; readonly reason: string }[];
}

/** Reasons in order of first appearance, with how many tests gave them. */
type Skips = Map<string, number>;

export function formatSkips(skips: Skips): string {
  const total = countSkips(skips);
  if (total === 0) return 'no test was skipped';
  const lines = [...skips].map(([reason, count]) => `  ${String(count).padStart(4)}  ${reason}`);
  return [`${total} ${total === 1 ? 'test was' : 'tests were'} skipped:`, ...lines].join('\n');
}

export function countSkips(skips: Skips): number {
  return [...skips.values()].reduce((sum, count) => sum + count, 0);
}

/** The problem with so many skipped tests in CI, or undefined. */
export function excessOfSkips(skips: Skips, allowed: SkipsAllowed): string | undefined {
  const limit = allowed.groups.reduce((sum, group) => sum + group.count, 0);
  const total = countSkips(skips);
  if (total <= limit) return undefined;
  return `${total} tests were skipped, tools/skips-allowed.json allows ${limit}`;
}

export function selectFiles(files: readonly string[], words: readonly string[]): string[] {
  const chosen = files.filter((file) => words.length === 0 || words.some((w) => file.includes(w)));
  return chosen.toSorted();
}

/**
 * A flag that is followed by its value as a word of its own is not supported: write `--flag=value`.
 */
async function main(args: readonly string[]): Promise<void> {
  process.chdir(root);
  const flags = args.filter((arg) => arg.startsWith('-'));
  const words = args.filter((arg) => !arg.startsWith('-'));
  const files = selectFiles(globSync(TEST_FILES), words);
  if (files.length === 0) {
    console.error(`no test file's path contains ${words.join(' or ')}`);
    process.exitCode = 1;
    return;
  }
  const skips: Skips = new Map();
  process.env['NODE_COMPILE_CACHE'] ??= resolve(root, 'node_modules/.cache/test');
  const stream = run({ files, concurrency: availableParallelism(), execArgv: flags });
  stream.on('test:fail', () => (process.exitCode = 1));
  stream.on('test:pass', (event) => {
    if (event.skip === undefined || event.skip === false) return;
    const reason = typeof event.skip === 'string' ? event.skip : 'no reason was given';
    skips.set(reason, (skips.get(reason) ?? 0) + 1);
  });
  for await (const text of stream.compose(spec)) process.stdout.write(text);
  console.log(formatSkips(skips));
  const allowed = JSON.parse(
    readFileSync(resolve(import.meta.dirname, 'skips-allowed.json'), 'utf8'),
  ) as SkipsAllowed;
  const excess = process.env['CI'] === 'true' ? excessOfSkips(skips, allowed) : undefined;
  if (excess !== undefined) {
    console.error(excess);
    process.exitCode = 1;
  }
}

if (import.meta.main) await main(process.argv.slice(2));
