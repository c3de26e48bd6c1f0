/** One row of what `saker doctor` tells. */

export type FindingState = 'ok' | 'warning' | 'problem' | 'unknown';

/** `needed`: live detection depends on it. `extra`: nothing does, now. */
export type FindingGroup = 'needed' | 'wanted' | 'containers' | 'extra';

export interface Finding {
  readonly group: FindingGroup;
  readonly subject: string;
  readonly state: FindingState;
  readonly found: string;
  /** What to do about it, or what it means that it is so. */
  readonly advice?: string | undefined;
  /** The one command that mends it. */
  readonly command?: string | undefined;
}
