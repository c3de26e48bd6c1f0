/** Which macros and lists a condition stands on, directly and through other macros and lists. */

import type {
  CompiledList,
  CompiledMacro,
  CompiledRule,
  CompiledSet,
} from '@saker/core/rules/compiled-set.ts';
import { macrosIn } from '@saker/core/rules/macro-graph.ts';

export interface NamesUsed {
  /** In the order in which the condition leads to them. */
  readonly macros: readonly CompiledMacro[];
  readonly lists: readonly CompiledList[];
}

export function namesUsed({ condition }: CompiledRule, set: CompiledSet): NamesUsed {
  const macros = new Map(set.macros.map((macro) => [macro.macro.name, macro]));
  const lists = new Map(set.lists.map((list) => [list.entry.name, list]));
  const usedMacros = new Set<CompiledMacro>();
  const usedLists = new Set<CompiledList>();
  const addList = (name: string): void => {
    const list = lists.get(name);
    if (list === undefined || usedLists.has(list)) return;
    usedLists.add(list);
    for (const item of list.entry.items) addList(item);
  };
  const addCondition = ({ expr, usedLists: names }: CompiledRule['condition']): void => {
    for (const name of names) addList(name);
    for (const { name } of macrosIn(expr)) {
      const macro = macros.get(name);
      if (macro === undefined || usedMacros.has(macro)) continue;
      usedMacros.add(macro);
      addCondition(macro.condition);
    }
  };
  addCondition(condition);
  return { macros: [...usedMacros], lists: [...usedLists] };
}
