/**
 * What plugins are waited for, and for how long: a promise of somebody else's code may never be
 * settled, and a program that waits for nothing else would then just end.
 */

import { PluginError } from './plugin-error.ts';

/** Whoever starts and stops programs waits no longer: Kubernetes has 30 s, systemd 90 s. */
export const OPEN_MS = 30_000;
/** What is closed has for it: longer, and it is left behind. */
export const CLOSE_MS = 5000;

/** Whose work it is, and how its sentence goes on when it is late. */
export interface Deadline {
  readonly plugin: string;
  readonly limitMs: number;
  /** `it did not open`. */
  readonly otherwise: string;
}

/** PluginError `late` when it is not done in time; what comes of it later is nobody's. */
export async function beforeDeadline<Value>(
  work: Promise<Value>,
  { plugin, limitMs, otherwise }: Deadline,
): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const reason = `${otherwise} within ${limitMs / 1000} s`;
    timer = setTimeout(() => reject(new PluginError('late', plugin, reason)), limitMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

export function isLate(error: unknown): error is PluginError {
  return error instanceof PluginError && error.code === 'late';
}
