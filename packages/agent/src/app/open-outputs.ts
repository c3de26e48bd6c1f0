/** The outputs that a configuration switches on. */

import type { Config } from '../config/config.ts';
import type { Streams } from '../host/streams.ts';
import type { AlertOutput } from '../outputs/alert-output.ts';
import { FileOutput } from '../outputs/file-output.ts';
import { Outputs } from '../outputs/outputs.ts';
import { StdoutOutput } from '../outputs/stdout-output.ts';

export function openOutputs({ outputs }: Config, streams: Streams): AlertOutput {
  const opened: AlertOutput[] = [];
  if (outputs.file !== undefined) opened.push(new FileOutput(outputs.file));
  if (outputs.stdout) opened.push(new StdoutOutput((text) => streams.out(text)));
  return new Outputs(opened);
}
