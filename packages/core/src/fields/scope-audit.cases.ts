/**
 * For tests: holds the promises of scopes. While nothing was announced, a value must not have
 * changed: a wrong scope, or a change of state that is not announced, would make rules miss what
 * they look for.
 */

import assert from 'node:assert/strict';
import type { EventContext } from '../state/event-context.ts';
import type { ThreadInfo } from '../state/thread-info.ts';
import type { Extractor, Field, Scope, Value } from './field.ts';
import { fieldClasses } from './field-classes.ts';

/** Arguments with which fields that take one are tried. */
const ARGUMENTS: Readonly<Record<string, readonly string[]>> = {
  'proc.args': ['', '1'],
  'proc.env': ['', 'PATH'],
  'proc.aenv': ['', 'HOME', '2'],
  'thread.cgroup': ['cpu'],
  'container.label': ['maintainer'],
  'k8s.pod.label': ['app'],
};
const ANY_ANCESTOR = ['', '0', '1', '3'];
const MOUNT = ['0', 'etc'];

interface Cached {
  readonly name: string;
  readonly scope: Scope;
  readonly extract: Extractor;
}

function cachedFields(): readonly Cached[] {
  const cached: Cached[] = [];
  for (const field of fieldClasses.flatMap(({ fields }) => fields)) {
    const scope = field.scope ?? 'event';
    if (scope === 'event' || scope === 'moment') continue;
    for (const text of argumentsOf(field)) {
      cached.push({ name: `${field.name}[${text}]`, scope, extract: bound(field, text) });
    }
    const candidates = field.candidates?.(undefined);
    if (candidates === undefined) continue;
    cached.push({ name: `candidates of ${field.name}`, scope, extract: candidates });
  }
  return cached;
}

function argumentsOf({ name, argument }: Field): readonly string[] {
  if (argument === undefined) return [''];
  return ARGUMENTS[name] ?? (name.startsWith('container.mount') ? MOUNT : ANY_ANCESTOR);
}

function bound(field: Field, text: string): Extractor {
  const argument = text === '' ? undefined : { text, bracketed: field.name !== 'thread.cgroup' };
  const extract = field.bind(argument);
  assert.ok(typeof extract === 'function', `${field.name}: ${String(extract)}`);
  return extract;
}

/** What was extracted for a thread, and the state of the announcements then. */
interface Snapshot {
  readonly mark: number[];
  readonly lineageVersion: number;
  readonly values: readonly (Value | undefined)[];
}

export class ScopeAudit {
  readonly #fields = cachedFields();
  readonly #snapshots = new WeakMap<ThreadInfo, Snapshot>();
  /** How often a value was due to be the same, by scope. */
  readonly held: Record<Scope, number> = {
    moment: 0,
    event: 0,
    thread: 0,
    lineage: 0,
  };

  check(context: EventContext): void {
    const { thread, state, event } = context;
    if (thread === undefined) return;
    const { lineageVersion } = state.threads;
    const before = this.#snapshots.get(thread);
    const isTouched = before === undefined || thread.verdicts !== before.mark;
    const values = this.#fields.map(({ extract }) => extract(context));
    if (!isTouched) {
      const isSameLineage = lineageVersion === before.lineageVersion;
      for (const [i, { name, scope }] of this.#fields.entries()) {
        if (scope === 'lineage' && !isSameLineage) continue;
        this.held[scope]++;
        assert.deepEqual(values[i], before.values[i], `${name} on event ${event.num}`);
      }
    }
    const mark: number[] = [];
    thread.verdicts = mark;
    this.#snapshots.set(thread, { mark, lineageVersion, values });
  }
}
