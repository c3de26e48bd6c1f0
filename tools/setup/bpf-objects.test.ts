import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { compileBpfObjects, usableClang } from './bpf-objects.mjs';
import { type Machine, thisMachine } from './machine.mjs';
import { checkoutWithBpf, machineWith, spoken } from './testing.ts';

const build = (root: string): string => join(root, 'packages/sensor/build');
const objects = ['sensor.arm64.bpf.o', 'sensor.x64.bpf.o'];

/** This machine; the made-up sources need no headers of libbpf. */
const machine: Machine = { ...thisMachine, hasFile: () => true };

/** The source gets a new text and a time that is later than now. */
function change(root: string, source: string): void {
  const file = join(root, 'packages/sensor/bpf/families/one.h');
  writeFileSync(file, source);
  const soon = new Date(Date.now() + 5000);
  utimesSync(file, soon, soon);
}

const skip = usableClang(thisMachine) === undefined ? 'clang 14 or newer is not installed' : false;

describe('compileBpfObjects', { skip }, () => {
  test('compiles both architectures, then nothing until a source is newer', (context) => {
    const root = checkoutWithBpf(context);
    const lines = spoken(context);
    compileBpfObjects(root, machine);
    assert.deepEqual(readdirSync(build(root)).toSorted(), objects);
    assert.deepEqual(lines, ['setup: compiled the BPF programs for x64 and arm64']);
    compileBpfObjects(root, machine);
    assert.equal(lines.length, 1);
    change(root, 'enum { ONE = 2 };');
    compileBpfObjects(root, machine);
    assert.equal(lines.length, 2);
  });

  test('keeps BTF; what debuggers read goes where there is a tool for it', (context) => {
    const root = checkoutWithBpf(context);
    spoken(context);
    compileBpfObjects(root, machine);
    const stripped = statSync(join(build(root), 'sensor.x64.bpf.o')).size;
    change(root, 'enum { ONE = 1 };');
    const noStrip = (command: string, args: readonly string[]) =>
      args[0]?.startsWith('-print-prog-name') === true
        ? { ok: true, stdout: 'llvm-strip\n', complaint: '' }
        : machine.run(command, args);
    compileBpfObjects(root, { ...machine, run: noStrip });
    assert.ok(stripped <= statSync(join(build(root), 'sensor.x64.bpf.o')).size);
  });

  test('what does not compile is told, and leaves no object that does not fit', (context) => {
    const root = checkoutWithBpf(context);
    const lines = spoken(context);
    compileBpfObjects(root, machine);
    change(root, 'enum { ONE = TWO };');
    compileBpfObjects(root, machine);
    assert.deepEqual(readdirSync(build(root)), []);
    const text = lines.join('\n');
    assert.match(text, /cannot compile the BPF programs for x64/);
    assert.match(text, /one\.h:1:14: error: use of undeclared identifier 'TWO'/);
  });

  test('warnings are told', (context) => {
    const root = checkoutWithBpf(context);
    const lines = spoken(context);
    change(root, 'enum { ONE = 1 };\nstatic int unused(void) { return 1; }');
    compileBpfObjects(root, machine);
    assert.match(lines.join('\n'), /clang\S* warns:\n.*unused function 'unused'/s);
  });
});

test('without a compiler an object that is older than the sources goes', (context: TestContext) => {
  const root = checkoutWithBpf(context);
  mkdirSync(build(root));
  const object = join(build(root), 'sensor.x64.bpf.o');
  writeFileSync(object, '');
  change(root, 'enum { ONE = 2 };');
  compileBpfObjects(root, machineWith([]));
  assert.equal(existsSync(object), false);
});

test('a checkout without the sources of the sensor needs nothing', (context) => {
  const lines = spoken(context);
  compileBpfObjects('/nonexistent', machineWith([]));
  assert.deepEqual(lines, []);
});
