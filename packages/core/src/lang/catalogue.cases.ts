/** A small catalogue for the tests of the language: a field for every kind of difference. */

import type { FieldRef } from './ast.ts';
import type { FieldCatalogue, FieldFacts, FieldProblem } from './field-catalogue.ts';
import { VALUE_TYPES } from './value-types.ts';

type Flag =
  | 'list'
  | 'filterOnly'
  | 'printOnly'
  | 'noRhs'
  | 'noTransformer'
  | 'elements'
  | 'argument';

const rows: readonly (readonly [name: string, type: string, ...flags: Flag[]])[] = [
  ['evt.type', 'CHARBUF'],
  ['syscall.type', 'CHARBUF'],
  ['evt.num', 'UINT64'],
  ['evt.is_open', 'BOOL'],
  ['evt.buffer', 'BYTEBUF'],
  ['evt.rawtime', 'ABSTIME'],
  ['evt.outputtime', 'CHARBUF', 'printOnly'],
  ['evt.around', 'UINT64', 'argument', 'filterOnly', 'noRhs', 'noTransformer'],
  ['evt.arg', 'CHARBUF', 'argument'],
  ['proc.name', 'CHARBUF'],
  ['proc.pid', 'INT64'],
  ['proc.ppid', 'INT64'],
  ['proc.cmdline', 'CHARBUF'],
  ['proc.args', 'CHARBUF', 'argument', 'elements'],
  ['proc.env', 'CHARBUF', 'argument'],
  ['proc.aname', 'CHARBUF', 'argument', 'noRhs', 'noTransformer'],
  ['proc.fdusage', 'DOUBLE'],
  ['fd.name', 'FSPATH'],
  ['fd.nameraw', 'FSPATH'],
  ['fd.ip', 'IPADDR', 'filterOnly', 'noRhs', 'noTransformer'],
  ['fd.sip', 'IPADDR'],
  ['fd.net', 'IPNET', 'filterOnly', 'noRhs', 'noTransformer'],
  ['fd.sport', 'PORT'],
  ['fd.types', 'CHARBUF', 'list', 'argument', 'noRhs'],
  ['ka.ids', 'UINT64', 'list'],
  ['ka.users', 'CHARBUF', 'list'],
  ['ka.pids', 'INT64', 'list'],
  ['evt.sigset', 'SIGSET'],
];

const facts = new Map<string, FieldFacts & { readonly argument: boolean }>(
  rows.map(([name, type, ...flags]) => [
    name,
    {
      name,
      type: VALUE_TYPES.findIndex((row) => row.name === type),
      list: flags.includes('list'),
      filterOnly: flags.includes('filterOnly'),
      printOnly: flags.includes('printOnly'),
      deprecated: false,
      noRhs: flags.includes('noRhs'),
      noTransformer: flags.includes('noTransformer'),
      elements: flags.includes('elements'),
      argument: flags.includes('argument'),
    },
  ]),
);

const eventTypes = ['open', 'openat', 'close', 'read', 'execve'];

function resolve({ name, argument }: FieldRef): FieldFacts | FieldProblem {
  const written = argument === undefined ? name : `${name}[${argument}]`;
  const falco = `filter_check called with nonexistent field ${written}`;
  const field = facts.get(name);
  if (field === undefined) return { problem: 'unknown', message: falco };
  if (argument !== undefined && !field.argument) {
    return { problem: 'argument', message: falco, hint: `${name} takes no argument` };
  }
  return argument === undefined ? field : { ...field, list: false, elements: false };
}

export const catalogue: FieldCatalogue = {
  resolve,
  longestField: (text) => {
    const lengths = [...facts.keys()].filter((name) => text.startsWith(name));
    return Math.max(0, ...lengths.map((name) => name.length));
  },
  isEventType: (name) => eventTypes.includes(name),
  eventTypes: () => eventTypes,
  names: () => facts.keys(),
};
