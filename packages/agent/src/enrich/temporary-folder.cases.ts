/** For tests only: a folder with a path that is short enough for sockets. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';

/** Gone after the test. */
export function temporaryFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'sk-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
