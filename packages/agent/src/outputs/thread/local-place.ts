/** Outputs that never block and cost little: a thread for them would cost 15 MB. */

import { processStreams } from '../../host/streams.ts';
import type { OutputsStart, ToOutputs } from './messages.ts';
import { OutputHosts } from './output-hosts.ts';
import type { OutputPlace, PlaceEvents } from './output-place.ts';

export class LocalPlace implements OutputPlace {
  readonly #hosts: OutputHosts;

  constructor(start: OutputsStart, { message }: PlaceEvents) {
    this.#hosts = new OutputHosts(start, processStreams, message);
  }

  send(message: ToOutputs): void {
    this.#hosts.on(message);
  }

  async end(): Promise<void> {}

  abandon(): void {}
}
