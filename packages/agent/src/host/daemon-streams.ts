/**
 * Streams of a process that watches: its messages never keep it waiting. Apart from those of
 * commands, which wait for whoever reads them and start faster.
 */

import { ReadyWriter } from './ready-writer.ts';
import { processStreams, type Streams } from './streams.ts';

const STDERR = 2;

export function daemonStreams(): Streams {
  const messages = new ReadyWriter(STDERR);
  process.once('exit', () => messages.finish());
  return { ...processStreams, err: (text) => messages.add(text) };
}
