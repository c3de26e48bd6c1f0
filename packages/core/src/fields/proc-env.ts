/**
 * The environment that a process was started with, and that of its ancestors. It belongs to the
 * process: its main thread has it.
 */

import type { ByteString } from '../base/host.ts';
import type { ThreadInfo } from '../state/thread-info.ts';
import type { ThreadTable } from '../state/thread-table.ts';
import type { ArgumentSpec, Extractor, Field, FieldArgument } from './field.ts';
import { ancestorsOf, ancestorThread, parentThread } from './lineage.ts';
import { spaced, valueFinder } from './nul-list.ts';
import { CHARBUF } from './shapes.ts';
import { argumentIndex } from './simple-field.ts';

/** How far `proc.aenv[NAME]` looks for an ancestor that has the variable: Falco's bound. */
const ENV_LEVELS_MAX = 20;

const NAME_OR_LEVEL: ArgumentSpec = { kind: ['either'], required: false };

/**
 * The environment that a thread sees; a thread whose main thread is unknown has only its own,
 * mostly empty.
 */
function envOf(threads: ThreadTable, thread: ThreadInfo): ByteString {
  return (threads.mainOf(thread) ?? thread).env;
}

const wholeEnv: Extractor = ({ thread, main }) =>
  thread === undefined ? undefined : spaced((main ?? thread).env);

/** A variable's value without the blanks around it. */
type Variable = (env: ByteString) => ByteString;

function variable(name: ByteString): Variable {
  const find = valueFinder(`${name}=`);
  return (env) => {
    const value = find(env);
    return value === undefined ? '' : withoutBlanks(value);
  };
}

/** Without blanks at both ends; other white space stays. */
function withoutBlanks(value: ByteString): ByteString {
  let from = 0;
  let to = value.length;
  while (from < to && value[from] === ' ') from++;
  while (to > from && value[to - 1] === ' ') to--;
  return value.slice(from, to);
}

function ownVariable(name: ByteString): Extractor {
  const valueIn = variable(name);
  return ({ thread, main }) => (thread === undefined ? undefined : valueIn((main ?? thread).env));
}

/** The value in the nearest ancestor that has one that is not empty. */
function inheritedVariable(name: ByteString): Extractor {
  const valueIn = variable(name);
  return ({ thread, main, state }) => {
    if (thread === undefined) return undefined;
    let ancestor = main;
    for (let level = 0; level < ENV_LEVELS_MAX && ancestor !== undefined; level++) {
      ancestor = parentThread(state.threads, ancestor);
      const value = ancestor === undefined ? '' : valueIn(envOf(state.threads, ancestor));
      if (value !== '') return value;
    }
    return '';
  };
}

/** The whole environment of the thread `level` steps up by `ptid`. */
function ancestorEnv(level: number): Extractor {
  return ({ thread, main, state }) => {
    if (thread === undefined) return undefined;
    if (main === undefined) return '';
    const ancestor = ancestorThread(state.threads, main, level);
    return ancestor === undefined ? undefined : spaced(envOf(state.threads, ancestor));
  };
}

/** The environments of all ancestors: the candidates of a condition. */
const everyEnv: Extractor = ({ main, state }) => {
  if (main === undefined) return undefined;
  const ancestors = ancestorsOf(state.threads, main);
  if (ancestors.length === 0) return undefined;
  return ancestors.map((ancestor) => spaced(envOf(state.threads, ancestor)));
};

function bindAncestors(argument: FieldArgument | undefined): Extractor {
  if (argument === undefined || argument.text === '') return wholeEnv;
  const level = argumentIndex(argument.text);
  if (level === undefined) return inheritedVariable(argument.text);
  return level === 0 ? wholeEnv : ancestorEnv(level);
}

export const envFields: readonly Field[] = [
  {
    class: 'process',
    name: 'proc.env',
    ...CHARBUF,
    description:
      'The environment that the process was started with, NAME=value separated by blanks. With ' +
      'a name in brackets, as in proc.env[LD_PRELOAD], the value of that variable, "" when it ' +
      'is not set.',
    scope: 'lineage',
    argument: NAME_OR_LEVEL,
    bind: (argument) =>
      argument === undefined || /^[0-9]*$/.test(argument.text)
        ? wholeEnv
        : ownVariable(argument.text),
  },
  {
    class: 'process',
    name: 'proc.aenv',
    ...CHARBUF,
    description:
      'The environment of ancestors. With a name in brackets the value of that variable in the ' +
      'nearest ancestor where it is not empty, with a number the whole environment of that ' +
      'ancestor (1: the parent). Without, a condition looks at every ancestor, and an output ' +
      'shows what proc.env does.',
    scope: 'lineage',
    argument: NAME_OR_LEVEL,
    noRhs: true,
    noTransformer: true,
    bind: bindAncestors,
    candidates: (argument) => (argument === undefined ? everyEnv : bindAncestors(argument)),
    quantifier: 'some',
  },
];
