/**
 * `npm run check`: everything that CI does, in the order in which it is cheap to fail. Every step
 * runs even if one before it failed. `--no-tests` leaves the tests out, for CI, which runs `npm
 * test` by itself.
 */

import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';

const root = resolve(import.meta.dirname, '..');
const bin = (name: string): string => resolve(root, 'node_modules/.bin', name);

interface Step {
  readonly name: string;
  readonly command: readonly [string, ...string[]];
}

const steps: readonly Step[] = [
  { name: 'format and import order', command: [bin('biome'), 'check', '--error-on-warnings'] },
  { name: 'lint', command: [bin('oxlint'), '--type-aware', '--deny-warnings'] },
  { name: 'types', command: [bin('tsc'), '-b'] },
];
const tests: Step = { name: 'tests', command: [process.execPath, 'tools/run-tests.ts'] };

function main(): void {
  const chosen = process.argv.includes('--no-tests') ? steps : [...steps, tests];
  const results = chosen.map((step) => {
    const start = performance.now();
    const [command, ...args] = step.command;
    const { status, error } = spawnSync(command, args, { cwd: root, stdio: 'inherit' });
    if (error !== undefined) console.error(`${step.name}: ${error.message}`);
    const seconds = ((performance.now() - start) / 1000).toFixed(1);
    return {
      ok: status === 0,
      line: `${status === 0 ? 'ok    ' : 'FAILED'}  ${step.name} (${seconds} s)`,
    };
  });
  for (const result of results) console.log(result.line);
  if (results.some((result) => !result.ok)) process.exitCode = 1;
}

main();
