/** Checkouts and machines of the tests of setup. */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { CommandResult, Machine } from './machine.mjs';

/** A folder that is removed after the test, with the source of one BPF program. */
export function checkoutWithBpf(context: TestContext): string {
  const root = mkdtempSync(join(tmpdir(), 'saker-setup-'));
  context.after(() => rmSync(root, { recursive: true }));
  mkdirSync(join(root, 'packages/sensor/bpf/families'), { recursive: true });
  writeFileSync(join(root, 'packages/sensor/bpf/families/one.h'), 'enum { ONE = 1 };\n');
  writeFileSync(
    join(root, 'packages/sensor/bpf/sensor.bpf.c'),
    '#include "families/one.h"\n' +
      '__attribute__((section("tp_btf/sys_exit"))) int one(void *c) { return ONE; }\n',
  );
  return root;
}

/** A machine that has what is listed, and on which every command succeeds and says nothing. */
export function machineWith(
  things: readonly string[],
  more: Partial<Machine> = {},
): Machine & { readonly ran: string[] } {
  const ran: string[] = [];
  const run = (command: string, args: readonly string[]): CommandResult => {
    const line = [command, ...args].join(' ');
    if (args[0] === '--version') return { ok: true, stdout: 'clang version 14.0.6', complaint: '' };
    ran.push(line);
    return { ok: true, stdout: '', complaint: '' };
  };
  return {
    arch: 'x64',
    isRoot: true,
    hasFile: (path) => things.includes(path),
    hasCommand: (command) => things.includes(command),
    run,
    ran,
    ...more,
  };
}

/** What setup says while the test runs, one line each. */
export function spoken(context: TestContext): readonly string[] {
  const lines: string[] = [];
  context.mock.method(console, 'error', (line: string) => lines.push(line));
  return lines;
}
