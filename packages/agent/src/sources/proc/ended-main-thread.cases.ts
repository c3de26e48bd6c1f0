/** For tests: a program whose main thread ends while another one goes on. */

import { writeSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { call } from './live-processes.cases.ts';

const worker = new Worker('setInterval(() => undefined, 1000)', { eval: true });
worker.once('online', () => {
  writeSync(1, 'ready\n');
  // Of the thread alone: exit_group is another call.
  call('exit', 0);
});
