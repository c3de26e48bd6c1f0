/** Keys about where alerts go. */

import { closeSync, openSync } from 'node:fs';
import { AlertQueue } from '../outputs/alert-queue.ts';
import { FileOutput } from '../outputs/file-output.ts';
import { FileAge } from '../outputs/file-rotation.ts';
import { outgoing, SeenOutcome } from '../outputs/outgoing.cases.ts';
import type { KeyLab } from './key-lab.cases.ts';
import {
  configured,
  type IdleKey,
  type KeyRow,
  type Look,
  linesOf,
  replayed,
  row,
} from './key-row.cases.ts';

const TO_FILE = ['file_output.enabled=true', 'file_output.filename=FOLDER/alerts.txt'];

/** Lines of a file that a replay writes. */
function written(name: string, ...others: readonly string[]): Look {
  return async (lab, options) => {
    const path = lab.path(name);
    await lab.replay([...others, ...options]);
    return lab.names().includes(name) ? lab.read(path).split('\n').length - 1 : 0;
  };
}

function fileOutput(lab: KeyLab, options: readonly string[]): FileOutput {
  const { file } = lab.config([...TO_FILE, ...options]).outputs;
  if (file === undefined) throw new Error('file_output is off');
  return new FileOutput(file, new SeenOutcome());
}

/** How many files there are after so many lines of 400 KB. */
function rotated(lines: number, ...others: readonly string[]): Look {
  return async (lab, options) => {
    const isOne = (name: string) => name.startsWith('alerts.txt');
    for (const name of lab.names().filter(isOne)) lab.path(name);
    const output = fileOutput(lab, [...others, ...options]);
    for (let line = 0; line < lines; line++) {
      output.write(outgoing('x'.repeat(400_000)));
      output.flush();
    }
    await output.close();
    return lab.names().filter(isOne).length;
  };
}

/** Lines that wait for an output which takes none. */
const waiting: Look = (lab, options) => {
  const { queueCapacity = 100 } = lab.config(options).outputs;
  const queue = new AlertQueue({ alertsMax: queueCapacity, charsMax: Infinity });
  for (let line = 0; line < 20; line++) queue.add(outgoing('x'));
  return queue.size;
};

export const outputRows: readonly KeyRow[] = [
  row(
    'stdout_output.enabled',
    replayed((outcome) => linesOf(outcome).length, ...TO_FILE),
    ['true', 5],
    ['false', 0],
  ),
  row('file_output.enabled', written('alerts.txt', ...TO_FILE), ['true', 5], ['false', 0]),
  row(
    'file_output.filename',
    written('other.txt', ...TO_FILE),
    ['FOLDER/other.txt', 5],
    ['FOLDER/alerts.txt', 0],
  ),
  row(
    'file_output.keep_alive',
    async (lab, options) => {
      const output = fileOutput(lab, options);
      output.write(outgoing('first'));
      output.flush();
      lab.path('alerts.txt');
      output.write(outgoing('second'));
      await output.close();
      // Written to the file that was there, which has no name any more.
      return !lab.names().includes('alerts.txt');
    },
    ['true', true],
    ['false', false],
  ),
  row('file_output.rotate.max_size_mb', rotated(4), ['0', 1], ['1', 2]),
  row(
    'file_output.rotate.max_files',
    rotated(20, 'file_output.rotate.max_size_mb=1'),
    ['5', 6],
    ['2', 3],
  ),
  configured(
    'file_output.rotate.max_age_hours',
    ({ outputs }) => {
      const rotation = outputs.file?.rotation;
      const fd = openSync(import.meta.filename, 'r');
      const age = new FileAge(fd);
      closeSync(fd);
      return rotation !== undefined && age.isOver(rotation, 5, age.bornMs + 3_600_001);
    },
    [
      ['1', true],
      ['2', false],
    ],
    ...TO_FILE,
  ),
  row(
    'program_output.enabled',
    written('fed.txt', 'program_output.program=cat >> FOLDER/fed.txt'),
    ['true', 5],
    ['false', 0],
  ),
  row(
    'program_output.program',
    written('fed.txt', 'program_output.enabled=true'),
    ['cat >> FOLDER/fed.txt', 5],
    ['head -n 1 >> FOLDER/fed.txt; true', 5],
    ['true', 0],
  ),
  row(
    'program_output.keep_alive',
    written(
      'starts.txt',
      'program_output.enabled=true',
      'program_output.program=echo x >> FOLDER/starts.txt; cat',
    ),
    ['true', 1],
    ['false', 5],
  ),
  configured('syslog_output.ident', ({ outputs }) => outputs.syslog?.ident, [
    ['falco', 'falco'],
    ['saker', 'saker'],
  ]),
  row('outputs_queue.capacity', waiting, ['0', 20], ['10', 10]),
];

const THREADS = 'one thread serves all requests; Node shares its work out itself';

export const outputIdleKeys: readonly IdleKey[] = [
  { key: 'grpc.threadiness', reason: THREADS },
  { key: 'outputs_queue.recovery', reason: 'what is least important is dropped and counted' },
  { key: 'outputs.rate', reason: 'a limit to the rate of alerts loses alerts' },
  { key: 'outputs.max_burst', reason: 'a limit to the rate of alerts loses alerts' },
];
