/** Values of keys that Falco has moved are put where they belong today. */

import type { Diagnostic } from '@saker/core/base/diagnostic.ts';
import { configKeys } from './config-keys.ts';
import { type MapNode, nodeAt } from './config-node.ts';
import { setAtPath } from './config-path.ts';
import { configProblem } from './config-text.ts';
import type { KeySpec } from './key-spec.ts';

interface MovedKey {
  readonly from: readonly string[];
  readonly to: readonly string[];
}

const movedKeys: readonly MovedKey[] = movesIn(configKeys, []);

function movesIn(spec: KeySpec, path: readonly string[]): readonly MovedKey[] {
  if (spec.old !== undefined && 'movedTo' in spec.old) {
    return [{ from: path, to: spec.old.movedTo.split('.') }];
  }
  if (spec.type !== 'section') return [];
  return Object.entries(spec.keys).flatMap(([key, inner]) => movesIn(inner, [...path, key]));
}

/** Where a file has both names the modern one counts. */
export function moveOldKeys(root: MapNode): readonly Diagnostic[] {
  return movedKeys.flatMap(({ from, to }) => {
    const value = nodeAt(root, from);
    if (value === undefined || value.kind === 'null') return [];
    if (nodeAt(root, to) === undefined) {
      const steps = to.map((key) => ({ kind: 'key', key }) as const);
      const problem = setAtPath(root, steps, value, () => undefined);
      return problem === undefined ? [] : [problem];
    }
    const parent = nodeAt(root, from.slice(0, -1));
    const entry = parent?.kind === 'map' ? parent.entries.get(from.at(-1) ?? '') : undefined;
    const place = entry?.keyPlace ?? value.place;
    const message = `${from.join('.')} is ignored: ${to.join('.')} is set, too`;
    return [configProblem('CONFIG_WARN_TWICE', place, message, 'warning')];
  });
}
