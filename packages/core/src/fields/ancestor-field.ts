/**
 * Makes the fields of ancestors: `proc.aname[2]` is one ancestor's value, `proc.aname` in an output
 * the values of all of them in one text, and in a condition any of them: it holds when one ancestor
 * satisfies the operator.
 */

import type { ByteString } from '../base/host.ts';
import type { EventContext } from '../state/event-context.ts';
import type { ThreadInfo } from '../state/thread-info.ts';
import type { Extractor, Field, Scalar } from './field.ts';
import { ancestorProcess, ancestorsOf } from './lineage.ts';
import { argumentIndex } from './simple-field.ts';

/** A property of a thread; undefined where it may not be shown. */
type ThreadProperty = (thread: ThreadInfo) => Scalar | undefined;

export interface AncestorField {
  readonly name: string;
  readonly type: number;
  readonly format: number;
  readonly description: string;
  readonly property: ThreadProperty;
  /** The value without a level, in outputs. */
  readonly whole: Extractor;
  /** EPF_NO_RHS and EPF_NO_TRANSFORMER. */
  readonly onlyLeft: boolean;
}

export function ancestorField(spec: AncestorField): Field {
  const { property, whole } = spec;
  const bind = (argument: { readonly text: ByteString } | undefined): Extractor | string => {
    if (argument === undefined) return whole;
    const level = argumentIndex(argument.text);
    if (level === undefined) return badLevel(spec.name, argument.text);
    return atLevel(level, property);
  };
  return {
    class: 'process',
    name: spec.name,
    type: spec.type,
    format: spec.format,
    description: spec.description,
    scope: 'lineage',
    argument: { kind: ['index'], required: false },
    ...(spec.onlyLeft ? { noRhs: true, noTransformer: true } : {}),
    bind,
    candidates: (argument) => {
      const single = argument === undefined ? undefined : bind(argument);
      return typeof single === 'function' ? single : ofAncestors(property);
    },
    quantifier: 'some',
  };
}

function badLevel(name: string, text: ByteString): string {
  return `${name}[${text}]: the argument must be a number, 0 for the process, 1 for its parent`;
}

/** The property of the process `level` steps up, 0 being the own one. */
export function atLevel(level: number, property: ThreadProperty): Extractor {
  return ({ thread, state }) => {
    if (thread === undefined) return undefined;
    const process = ancestorProcess(state.threads, thread, level);
    return process === undefined ? undefined : property(process);
  };
}

/**
 * The ancestors whose properties a field without a level stands for: those of the process, not of
 * the thread.
 */
function ancestorsIn({ main, state }: EventContext): readonly ThreadInfo[] {
  return main === undefined ? [] : ancestorsOf(state.threads, main);
}

/** Every ancestor's property: the candidates of a condition. */
function ofAncestors(property: ThreadProperty): Extractor {
  return (context) => {
    const values: Scalar[] = [];
    for (const ancestor of ancestorsIn(context)) {
      const value = property(ancestor);
      if (value !== undefined) values.push(value);
    }
    return values.length === 0 ? undefined : values;
  };
}

/**
 * The ancestors' texts, parent first. A blank is written before each one that has some text before
 * it, also when it is empty itself; all empty: no value.
 */
export function joinedAncestors(property: (thread: ThreadInfo) => ByteString): Extractor {
  return (context) => {
    let text = '';
    for (const ancestor of ancestorsIn(context)) {
      if (text !== '') text += ' ';
      text += property(ancestor);
    }
    return text === '' ? undefined : text;
  };
}
