/**
 * Where field values differ from Falco's answers on purpose: see docs/decisions/0006-deviations.md.
 * answers.test.ts counts every difference; a count that changes fails it. docs/falco-differences.md
 * tells users the same in prose.
 */

export interface Deviation {
  /** As in the answers, with its argument. */
  readonly field: string;
  /** Names of the events on which it differs, or what they have in common. */
  readonly events: string;
  readonly reason: string;
  /** Differing values by capture; captures that are not named have none. */
  readonly counts: Readonly<Record<string, number>>;
  /** The answer and ours must then still be equal as sets. */
  readonly asSets?: true;
}

export const deviations: readonly Deviation[] = [];
