/** For tests only: what speaks Docker's API on a unix socket, with answers by path. */

import { createServer, type Server, type ServerResponse } from 'node:http';

/** A document, or what writes the answer itself. */
export type FakeAnswer = object | ((response: ServerResponse) => void);

export class FakeDaemon {
  readonly #server: Server;
  readonly #path: string;
  readonly #watchers = new Set<ServerResponse>();
  /** Paths that were asked for, in order, without those of the stream of events. */
  readonly asked: string[] = [];
  /** By path; may be changed at any time. What is not there is answered with 404. */
  readonly answers: Map<string, FakeAnswer>;

  constructor(path: string, answers: Readonly<Record<string, FakeAnswer>> = {}) {
    this.#path = path;
    this.answers = new Map(Object.entries({ '/containers/json': [], ...answers }));
    this.#server = createServer((request, response) => {
      const url = request.url ?? '';
      if (url.startsWith('/events')) {
        this.#watchers.add(response);
        response.flushHeaders();
        return;
      }
      this.asked.push(url);
      const answer = this.answers.get(url);
      if (typeof answer === 'function') answer(response);
      else if (answer === undefined) response.writeHead(404).end('{"message":"No such object"}');
      else response.end(JSON.stringify(answer));
    });
  }

  async listen(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(this.#path, resolve));
    return this;
  }

  /** As Docker tells it to all that listen. */
  tell(action: string, id: string): void {
    const line = JSON.stringify({ Type: 'container', Action: action, Actor: { ID: id } });
    for (const watcher of this.#watchers) watcher.write(`${line}\n`);
  }

  /** Cuts all connections. */
  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
