/** Looking at an event under the path that the kernel found: docs/decisions/0010. */

import type { EventContext } from '../state/event-context.ts';

/** Whether the file that the event is about was found under another path than the name given. */
export function hasRealPath({ fd }: EventContext): boolean {
  return fd?.realPath !== undefined;
}

/** What `use` gives while the event's descriptor is named by the kernel's path. */
export function underRealPath<Result>({ fd }: EventContext, use: () => Result): Result {
  fd?.swapNames();
  try {
    return use();
  } finally {
    fd?.swapNames();
  }
}
