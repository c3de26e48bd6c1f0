import assert from 'node:assert/strict';
import { mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import type { Machine } from './machine.mjs';
import { installSystemPackages, missingNeeds } from './system-packages.mjs';
import { checkoutWithBpf, machineWith, spoken } from './testing.ts';

const HEADERS = ['/usr/include/bpf/bpf_helpers.h', '/usr/include/bpf/bpf_core_read.h'];
const LIBRARY = '/usr/lib/x86_64-linux-gnu/libbpf.so.1';

/** Objects that are newer than all sources. */
function compiled(root: string): void {
  mkdirSync(join(root, 'packages/sensor/build'));
  const soon = new Date(Date.now() + 60_000);
  for (const arch of ['x64', 'arm64']) {
    const object = join(root, `packages/sensor/build/sensor.${arch}.bpf.o`);
    writeFileSync(object, '');
    utimesSync(object, soon, soon);
  }
}

describe('missingNeeds', () => {
  const cases: readonly [name: string, machine: Machine, needs: readonly string[]][] = [
    ['a bare machine', machineWith([]), ['clang', 'headers', 'libbpf']],
    ['all there', machineWith(['clang', ...HEADERS, LIBRARY]), []],
    ['a clang with a version in its name', machineWith(['clang-16', ...HEADERS, LIBRARY]), []],
    ['one header', machineWith(['clang', HEADERS[0] ?? '', LIBRARY]), ['headers']],
    [
      'the library of arm64',
      machineWith(['clang', ...HEADERS, LIBRARY], { arch: 'arm64' }),
      ['libbpf'],
    ],
    [
      'the library in a folder for all',
      machineWith(['clang', ...HEADERS, '/usr/lib64/libbpf.so.1'], { arch: 'arm64' }),
      [],
    ],
    [
      'a clang that is too old',
      machineWith(['clang', ...HEADERS, LIBRARY], {
        run: () => ({ ok: true, stdout: 'Debian clang version 11.0.1-2', complaint: '' }),
      }),
      ['clang'],
    ],
  ];
  for (const [name, machine, needs] of cases) {
    test(name, (context) => {
      assert.deepEqual(missingNeeds(checkoutWithBpf(context), machine), needs);
    });
  }

  test('with objects that are up to date only the library', (context) => {
    const root = checkoutWithBpf(context);
    compiled(root);
    assert.deepEqual(missingNeeds(root, machineWith([])), ['libbpf']);
  });
});

describe('installSystemPackages', () => {
  test('says and does nothing when nothing is missing', (context) => {
    const lines = spoken(context);
    const machine = machineWith(['apt-get', 'clang', ...HEADERS, LIBRARY]);
    installSystemPackages(checkoutWithBpf(context), machine);
    assert.deepEqual([lines, machine.ran], [[], []]);
  });

  const told: readonly [name: string, machine: Machine, line: RegExp][] = [
    [
      'who is not root is told the command',
      machineWith(['apt-get', 'clang'], { isRoot: false }),
      /: sudo apt-get install -y --no-install-recommends libbpf-dev libbpf1$/,
    ],
    ['Fedora', machineWith(['dnf']), /: dnf install -y clang libbpf-devel libbpf$/],
    ['openSUSE', machineWith(['zypper'], { isRoot: false }), /: sudo zypper install -y clang /],
    [
      'Arch has one package for both',
      machineWith(['pacman']),
      /: pacman -S --needed clang libbpf$/,
    ],
    ['others', machineWith([]), /install clang \(14 or newer\) and libbpf 1\.x with its headers$/],
  ];
  for (const [name, machine, line] of told) {
    test(name, (context) => {
      const lines = spoken(context);
      installSystemPackages(checkoutWithBpf(context), machine);
      assert.match(lines[0] ?? '', line);
    });
  }

  test('root with apt-get: installs, with fresh lists when the first attempt fails', (context) => {
    const lines = spoken(context);
    const things = ['apt-get'];
    const ran: string[] = [];
    const machine = machineWith(things, {
      run(command, args) {
        ran.push([command, ...args].filter((word) => !/^-|::/.test(word)).join(' '));
        if (args.includes('update')) things.push('clang', ...HEADERS, LIBRARY);
        const ok = things.length > 1;
        return { ok, stdout: 'clang version 14', complaint: ok ? '' : 'E: Unable to locate clang' };
      },
    });
    installSystemPackages(checkoutWithBpf(context), machine);
    const install = 'apt-get install clang libbpf-dev libbpf1';
    assert.deepEqual(ran.slice(0, 3), [install, 'apt-get update', install]);
    assert.equal(lines.length, 1);
    assert.match(lines[0] ?? '', /^setup: installing packages for live detection: apt-get install/);
  });

  test('what apt-get complains of is told, and setup goes on', (context) => {
    const lines = spoken(context);
    const machine = machineWith(['apt-get'], {
      run: () => ({ ok: false, stdout: '', complaint: 'E: Unable to locate package libbpf1\n' }),
    });
    installSystemPackages(checkoutWithBpf(context), machine);
    assert.deepEqual(lines.slice(1), [
      'setup: apt-get did not install them: Unable to locate package libbpf1',
      'setup: live detection will not work; everything else does',
    ]);
  });
});
