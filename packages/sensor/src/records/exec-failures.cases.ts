/** Programs that cannot be started: what was asked for, and who asked. */

import { pointerArray, stringArray } from './births.ts';
import type { Calls, Expected, RecordCase } from './harness.ts';
import { countersAround, ownFacts } from './process-facts.ts';
import { failed } from './results.ts';

const EXECVE_X = 'PPME_SYSCALL_EXECVE_19_X';
const EXECVEAT_X = 'PPME_SYSCALL_EXECVEAT_X';
const NOTHING = '/nowhere/nothing';
const NOWHERE = 8n;
/** Strings of a list that are looked at, and their bytes. */
const LIST_STRINGS_MAX = 64;
const LIST_BYTES = 4096;
const AT_FDCWD = -100;
const skipWithout32Bit = process.arch === 'x64' ? undefined : 'only x86-64 has a 32-bit entry';

function refusal(calls: Calls, asked: Expected, call: () => number): Expected {
  return countersAround(calls, () => ({
    res: failed('ENOENT', call()),
    ...ownFacts(calls),
    ...asked,
  }));
}

function texts(strings: readonly string[]): string {
  return strings.map((text) => `${text}\0`).join('');
}

/** execve of NOTHING with these arguments and this environment. */
function execve(calls: Calls, argv: bigint, envp: bigint, asked: Expected): Expected {
  return refusal(calls, { filename: NOTHING, ...asked }, () =>
    calls.syscall('execve', NOTHING, argv, envp),
  );
}

export const cases: readonly RecordCase[] = [
  {
    name: 'a file that there is not',
    event: EXECVE_X,
    run(calls) {
      const argv = stringArray(calls, ['name', 'one', '', 'three']);
      const envp = stringArray(calls, ['A=1', 'B=']);
      return execve(calls, argv, envp, { exe: 'name', args: 'one\0\0three\0', env: 'A=1\0B=\0' });
    },
  },
  {
    name: 'no arguments and no environment',
    event: EXECVE_X,
    run: (calls) => execve(calls, 0n, 0n, { exe: '', args: null, env: null }),
  },
  {
    name: 'empty lists',
    event: EXECVE_X,
    run(calls) {
      const none = stringArray(calls, []);
      return execve(calls, none, none, { exe: null, args: null, env: null });
    },
  },
  {
    name: 'lists that cannot be read',
    event: EXECVE_X,
    run: (calls) => execve(calls, NOWHERE, NOWHERE, { exe: null, args: null, env: null }),
  },
  {
    name: 'a list of which a part cannot be read',
    event: EXECVE_X,
    run(calls) {
      const text = (value: string) => calls.memory(`${value}\0`).address;
      const argv = pointerArray(calls, [text('name'), text('one'), NOWHERE, text('three'), 0n]);
      return execve(calls, argv, 0n, { exe: 'name', args: 'one\0', env: null });
    },
  },
  {
    name: 'arguments that are too long',
    event: EXECVE_X,
    run(calls) {
      const argv = stringArray(calls, ['name', 'x'.repeat(3000), 'y'.repeat(3000), 'z']);
      const room = LIST_BYTES - 'name\0'.length;
      const args = `${`${'x'.repeat(3000)}\0${'y'.repeat(3000)}`.slice(0, room - 1)}\0`;
      return execve(calls, argv, 0n, { exe: 'name', args, env: null });
    },
  },
  {
    name: 'more strings than are looked at',
    event: EXECVE_X,
    run(calls) {
      const list = Array.from({ length: 2 * LIST_STRINGS_MAX }, (_, index) => `${index}`);
      const pointer = stringArray(calls, list);
      return execve(calls, pointer, pointer, {
        exe: '0',
        args: texts(list.slice(1, 1 + LIST_STRINGS_MAX)),
        env: texts(list.slice(0, LIST_STRINGS_MAX)),
      });
    },
  },
  {
    name: 'through the 32-bit entry',
    event: EXECVE_X,
    skip: skipWithout32Bit,
    run(calls) {
      const argv = stringArray(calls, ['name', 'one'], 4);
      const envp = stringArray(calls, ['A=1'], 4);
      const asked = { exe: 'name', args: 'one\0', env: 'A=1\0', filename: NOTHING };
      return refusal(calls, asked, () => calls.compat('execve', NOTHING, argv, envp));
    },
  },
  {
    name: 'execveat of a file that there is not',
    event: EXECVEAT_X,
    run(calls) {
      const argv = stringArray(calls, ['name', 'one']);
      const envp = stringArray(calls, ['A=1']);
      return refusal(calls, { exe: 'name', args: 'one\0', env: 'A=1\0' }, () =>
        calls.syscall('execveat', AT_FDCWD, NOTHING, argv, envp, 0),
      );
    },
  },
];
