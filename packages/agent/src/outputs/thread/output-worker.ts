/**
 * A thread of outputs: delivers the alerts that it is sent. Whatever a slow disk or a full pipe
 * does to it, the thread of events goes on.
 */

import { parentPort, workerData } from 'node:worker_threads';
import { assert } from '@saker/core/base/assert.ts';
import { processStreams } from '../../host/streams.ts';
import type { FromOutputs, OutputsStart, ToOutputs } from './messages.ts';
import { OutputHosts } from './output-hosts.ts';

assert(parentPort !== null, 'started as a thread');
const port = parentPort;

function tell(message: FromOutputs): void {
  port.postMessage(message);
  if (message.kind === 'closed') port.close();
}

const hosts = new OutputHosts(workerData as OutputsStart, processStreams, tell);
port.on('message', (message: ToOutputs) => hosts.on(message));
