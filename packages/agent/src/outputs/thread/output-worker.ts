/**
 * The thread of outputs: writes the lines that it is sent. Whatever a slow disk or a full pipe does
 * to it, the thread of events goes on.
 */

import { parentPort, workerData } from 'node:worker_threads';
import { assert } from '@saker/core/base/assert.ts';
import { processStreams, StreamError } from '../../host/streams.ts';
import { OutputError } from '../alert-output.ts';
import { openOutputs } from '../open-outputs.ts';
import type { FromOutputs, OutputThreadStart, ToOutputs } from './messages.ts';

assert(parentPort !== null, 'started as a thread');
const port = parentPort;
const { outputs: config, done } = workerData as OutputThreadStart;
const counter = new Int32Array(done);
const outputs = openOutputs(config, processStreams);

function tell(message: FromOutputs): void {
  port.postMessage(message);
}

/** Failures are told and not thrown: the next line may get through. */
function attempt(action: () => void): void {
  try {
    action();
  } catch (error) {
    if (!(error instanceof OutputError || error instanceof StreamError)) throw error;
    tell({ kind: 'failed', message: error.message });
  }
}

port.on('message', (message: ToOutputs) => {
  switch (message.kind) {
    case 'lines':
      for (const line of message.lines) attempt(() => outputs.write(line));
      attempt(() => outputs.flush());
      Atomics.add(counter, 0, message.lines.length);
      if (outputs.isClosed) tell({ kind: 'unread' });
      break;
    case 'reopen':
      attempt(() => outputs.reopen());
      break;
    case 'close':
      attempt(() => outputs.close());
      tell({ kind: 'closed' });
      port.close();
      break;
  }
});
