/** The outputs of one place, and the messages that reach them. */

import type { Streams } from '../../host/streams.ts';
import { kindsOf, type OutputName } from '../open-outputs.ts';
import type { FromOutputs, OutputsStart, ToOutputs } from './messages.ts';
import { OutputHost } from './output-host.ts';

export class OutputHosts {
  readonly #hosts = new Map<OutputName, OutputHost>();
  readonly #tell: (message: FromOutputs) => void;

  constructor(start: OutputsStart, streams: Streams, tell: (message: FromOutputs) => void) {
    this.#tell = tell;
    for (const kind of kindsOf(start.outputs)) {
      if (!start.names.includes(kind.name)) continue;
      this.#hosts.set(kind.name, new OutputHost({ kind, start, streams, tell }));
    }
  }

  on(message: ToOutputs): void {
    switch (message.kind) {
      case 'alerts':
        this.#hosts.get(message.name)?.take(message.alerts);
        break;
      case 'reopen':
        for (const host of this.#hosts.values()) host.reopen();
        break;
      case 'finish':
        for (const host of this.#hosts.values()) host.finish();
        break;
      case 'close':
        void this.#close();
        break;
    }
  }

  async #close(): Promise<void> {
    await Promise.all([...this.#hosts.values()].map((host) => host.close()));
    this.#tell({ kind: 'closed' });
  }
}
