/** The outputs that a configuration switches on. */

import type { OutputsConfig } from '../config/config.ts';
import type { Streams } from '../host/streams.ts';
import type { AlertOutput } from './alert-output.ts';
import { FileOutput } from './file-output.ts';
import { Outputs } from './outputs.ts';
import { StdoutOutput } from './stdout-output.ts';

export function openOutputs({ file, stdout }: OutputsConfig, streams: Streams): AlertOutput {
  const opened: AlertOutput[] = [];
  if (file !== undefined) opened.push(new FileOutput(file));
  if (stdout) opened.push(new StdoutOutput((text) => streams.out(text)));
  return new Outputs(opened);
}
