/** Bodies of requests: read up to a limit, and all that are held together up to another. */

import type { IncomingMessage } from 'node:http';

/** Room that all bodies share. */
export class BodyBudget {
  readonly #max: number;
  #used = 0;

  constructor(max: number) {
    this.#max = max;
  }

  take(bytes: number): boolean {
    if (this.#used + bytes > this.#max) return false;
    this.#used += bytes;
    return true;
  }

  giveBack(bytes: number): void {
    this.#used -= bytes;
  }
}

/**
 * too-long: more than the route takes; no-room: the budget is used up; aborted: the client went
 * away, or was too slow.
 */
export type BodyFailure = 'too-long' | 'no-room' | 'aborted';

/** What was read counts against the budget until the caller gives its length back. */
export async function readBody(
  request: IncomingMessage,
  bytesMax: number,
  budget: BodyBudget,
): Promise<Uint8Array<ArrayBuffer> | BodyFailure> {
  // Announced: refused before a byte of it is there.
  if (Number(request.headers['content-length'] ?? 0) > bytesMax) return 'too-long';
  const chunks: Buffer[] = [];
  let length = 0;
  const fail = (failure: BodyFailure): BodyFailure => {
    budget.giveBack(length);
    return failure;
  };
  try {
    for await (const chunk of request.iterator({ destroyOnReturn: false })) {
      if (!Buffer.isBuffer(chunk)) continue;
      if (length + chunk.length > bytesMax) return fail('too-long');
      if (!budget.take(chunk.length)) return fail('no-room');
      length += chunk.length;
      chunks.push(chunk);
    }
  } catch {
    // The only errors of a request are those of its connection.
    return fail('aborted');
  }
  return joined(chunks, length);
}

/** In memory of its own, which can be handed to another thread. */
function joined(chunks: readonly Uint8Array[], length: number): Uint8Array<ArrayBuffer> {
  const body = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    body.set(chunk, at);
    at += chunk.length;
  }
  return body;
}
