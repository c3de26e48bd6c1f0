/**
 * For tests only: one file after the other. Whoever watches sees all of the machine, and what one
 * test does on purpose (a flood) is what another one would lose events by.
 */

import { createServer, type Server } from 'node:net';
import { after, before } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';

/** A name that only one process can have, and that goes with it: of an abstract unix socket. */
const TURN = '\0saker-watching-tests';
const LOOK_MS = 100;
/** Longer than all others take together. */
const TURN_MS_MAX = 300_000;

/** To be called in a suite: it begins when no other one is under way. */
export function inTurn(): void {
  let turn: Server | undefined;
  before(async () => {
    const end = performance.now() + TURN_MS_MAX;
    while (turn === undefined) {
      if (performance.now() > end) throw new Error(`no turn in ${TURN_MS_MAX} ms`);
      // oxlint-disable no-await-in-loop -- one attempt after the other
      turn = await attempt();
      if (turn === undefined) await pause(LOOK_MS);
      // oxlint-enable no-await-in-loop
    }
  });
  after(() => turn?.close());
}

/** undefined: somebody else has it. */
function attempt(): Promise<Server | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(undefined);
      else reject(error);
    });
    server.listen(TURN, () => resolve(server));
  });
}
