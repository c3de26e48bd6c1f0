import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, test } from 'node:test';
import { sensorImage, sensorImagePath } from './image.ts';
import { SensorError } from './sensor-error.ts';

const archs = ['x64', 'arm64'] as const;
/** The ELF header's number of the machine: BPF. */
const MACHINE_AT = 18;
const EM_BPF = 247;

const isCompiled = archs.every((arch) => existsSync(sensorImagePath(arch)));
const skip = isCompiled ? false : 'the BPF programs are not compiled; see node tools/setup.mjs';

describe('sensorImage', () => {
  for (const arch of archs) {
    test(`${arch} is a BPF object`, { skip }, () => {
      const image = sensorImage(arch);
      assert.equal(Buffer.from(image.buffer, image.byteOffset, 4).toString('latin1'), '\x7fELF');
      assert.equal(
        new DataView(image.buffer, image.byteOffset).getUint16(MACHINE_AT, true),
        EM_BPF,
      );
    });
  }

  test('this machine is the default', { skip }, () => {
    assert.equal(sensorImagePath(), sensorImagePath(process.arch));
  });

  test('another architecture has none, and the error says what to do', () => {
    assert.throws(
      () => sensorImage('mips'),
      (error) =>
        error instanceof SensorError &&
        error.code === 'object-missing' &&
        /sensor\.mips\.bpf\.o/.test(error.message) &&
        /tools\/setup\.mjs/.test(error.hint ?? ''),
    );
  });
});

const hasClang = spawnSync('clang', ['--version']).status === 0;

describe('the programs', { skip: hasClang ? false : 'clang is not installed' }, () => {
  for (const target of ['x86', 'arm64']) {
    test(`compile without a warning for ${target}`, () => {
      const source = resolve(import.meta.dirname, '../bpf/sensor.bpf.c');
      const flags = ['-O2', '-g', '-Wall', '-Werror', '-target', 'bpf', '-fsyntax-only'];
      const args = [...flags, `-D__TARGET_ARCH_${target}`, source];
      assert.equal(spawnSync('clang', args, { encoding: 'utf8' }).stderr, '');
    });
  }
});
