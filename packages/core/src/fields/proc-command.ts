/**
 * What a process was started as: program, name, arguments, environment and working directory, its
 * own (`proc.name`), its parent's (`proc.pname`) and its ancestors' (`proc.aname`).
 */

import type { ByteString } from '../base/host.ts';
import type { ThreadInfo } from '../state/thread-info.ts';
import { ancestorField, joinedAncestors } from './ancestor-field.ts';
import type { Field } from './field.ts';
import { countOf, elementOf, lengthOf } from './nul-list.ts';
import { envFields } from './proc-env.ts';
import { CHARBUF, COUNT } from './shapes.ts';
import { argumentIndex, fieldMaker } from './simple-field.ts';

const field = fieldMaker('process');

type TextProperty = (thread: ThreadInfo) => ByteString;

function own(name: string, property: TextProperty, description: string): Field {
  return field({
    name,
    ...CHARBUF,
    description,
    scope: 'thread',
    extract: ({ thread }) => (thread === undefined ? undefined : property(thread)),
  });
}

function parent(name: string, property: TextProperty, description: string): Field {
  return field({
    name,
    ...CHARBUF,
    description,
    scope: 'lineage',
    extract: ({ thread, state }) => {
      if (thread === undefined) return undefined;
      const process = state.threads.parentOf(thread);
      return process === undefined ? undefined : property(process);
    },
  });
}

function ancestors(name: string, property: TextProperty, description: string): Field {
  const whole = joinedAncestors(property);
  return ancestorField({ name, ...CHARBUF, description, property, whole, onlyLeft: true });
}

const exe: TextProperty = (thread) => thread.exe;
const exepath: TextProperty = (thread) => thread.exepath;
const comm: TextProperty = (thread) => thread.comm;
const cmdline: TextProperty = (thread) => thread.cmdline;
const argsText: TextProperty = (thread) => thread.argsText;

const args: Field = {
  class: 'process',
  name: 'proc.args',
  ...CHARBUF,
  description:
    'The arguments of the command, without the program itself, separated by blanks. With a ' +
    'number in brackets only that argument, counted from 0; "" when there are not that many.',
  scope: 'thread',
  argument: { kind: ['index'], required: false },
  elements: ({ thread }) => thread?.argList,
  bind: (argument) => {
    if (argument === undefined) return ({ thread }) => thread?.argsText;
    const index = argumentIndex(argument.text);
    if (index === undefined) {
      return `proc.args[${argument.text}]: the argument must be a number, counted from 0`;
    }
    return ({ thread }) => {
      if (thread === undefined) return undefined;
      return elementOf(thread.args, index) ?? '';
    };
  },
};

const counts: readonly Field[] = [
  field({
    name: 'proc.cmdnargs',
    ...COUNT,
    description: 'How many arguments the command was given, the program itself not counted.',
    scope: 'thread',
    extract: ({ thread }) => (thread === undefined ? undefined : countOf(thread.args)),
  }),
  field({
    name: 'proc.cmdlenargs',
    ...COUNT,
    description:
      'Bytes of all arguments together, the blanks between them not counted: long command lines ' +
      'may hide encoded programs.',
    scope: 'thread',
    extract: ({ thread }) => (thread === undefined ? undefined : lengthOf(thread.args)),
  }),
];

const cwd = field({
  name: 'proc.cwd',
  ...CHARBUF,
  description:
    'Working directory of the process, ending in "/". Empty while it is not known, "./" for a ' +
    'thread whose process is not.',
  scope: 'lineage',
  extract: ({ thread, main }) => (thread === undefined ? undefined : (main?.cwd ?? './')),
});

/** In the order of the listing. */
export const procCommandFields: readonly Field[] = [
  own(
    'proc.exe',
    exe,
    'The first word of the command line (argv[0]): usually the program as it was called, but ' +
      'the caller is free to put anything there.',
  ),
  parent('proc.pexe', exe, 'proc.exe of the parent process.'),
  ancestors(
    'proc.aexe',
    exe,
    'proc.exe of an ancestor: [1] is the parent, [2] its parent. Without a level a condition ' +
      'looks at every ancestor and an output shows them all.',
  ),
  own(
    'proc.exepath',
    exepath,
    'Full path of the program that runs, symbolic links resolved by the kernel. What a process ' +
      'cannot fake, unlike proc.exe and proc.name.',
  ),
  parent('proc.pexepath', exepath, 'proc.exepath of the parent process.'),
  ancestors(
    'proc.aexepath',
    exepath,
    'proc.exepath of an ancestor: [1] is the parent, [2] its parent. Without a level a ' +
      'condition looks at every ancestor and an output shows them all.',
  ),
  own(
    'proc.name',
    comm,
    'Name of the process (comm): the file name of its program, cut to 15 bytes by the kernel.',
  ),
  parent('proc.pname', comm, 'proc.name of the parent process.'),
  ancestors(
    'proc.aname',
    comm,
    'proc.name of an ancestor: [1] is the parent, [2] its parent, [0] the process itself. ' +
      'Without a level a condition looks at every ancestor and an output shows them all.',
  ),
  args,
  ancestorField({
    name: 'proc.aargs',
    ...CHARBUF,
    description:
      'proc.args of an ancestor: [1] is the parent, [2] its parent, [0] the process itself. ' +
      'Without a level a condition looks at every ancestor and an output shows them all.',
    property: argsText,
    whole: joinedAncestors(argsText),
    onlyLeft: false,
  }),
  own('proc.cmdline', cmdline, 'proc.name and proc.args, separated by a blank.'),
  parent('proc.pcmdline', cmdline, 'proc.cmdline of the parent process.'),
  ancestors(
    'proc.acmdline',
    cmdline,
    'proc.cmdline of an ancestor: [1] is the parent, [2] its parent, [0] the process itself. ' +
      'Without a level a condition looks at every ancestor and an output shows them all.',
  ),
  ...counts,
  own(
    'proc.exeline',
    (thread) => `${thread.exe} ${thread.argsText}`,
    'proc.exe and proc.args, separated by a blank: the command line as the caller wrote it.',
  ),
  ...envFields,
  cwd,
];
