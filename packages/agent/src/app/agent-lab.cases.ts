/**
 * The whole agent as it runs, without the kernel: its only source is a plugin that ends when it is
 * told to, and then the agent does, too.
 */

import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { until } from '../outputs/outgoing.cases.ts';
import type { EventSink } from '../plugins/plugin.ts';
import type { KeyLab } from './key-lab.cases.ts';
import type { Look } from './key-row.cases.ts';
import { run } from './run.ts';

export interface RunningAgent {
  /** What it has said so far. */
  readonly stderr: () => string;
  /** What the plugin was given. */
  readonly given: GivenToPlugin;
  /** In options PORT stands for it: nobody had it before. */
  readonly port: number;
}

interface GivenToPlugin {
  readonly config: unknown;
  readonly params: string;
  readonly sink: EventSink;
}

/** The module is read by the loader of the agent, and finds us here. */
const MEETING = 'sakerAgentLab';

const module = `export const plugin = {
  api: 1, name: 'lab', version: '1.0.0', description: '', contact: '',
  open: (config) => ({
    sourcing: {
      source: 'lab', id: 999,
      async open(params, sink) {
        globalThis.${MEETING}({ config, params, sink });
        return { close() {} };
      },
    },
  }),
};
`;

/** What is seen while it runs. */
export function agentSees(
  look: (agent: RunningAgent, lab: KeyLab) => unknown,
  ...others: readonly string[]
): Look {
  return async (lab, options) => {
    let seen: unknown;
    await runAgent(lab, [...others, ...options], async (agent) => {
      seen = await look(agent, lab);
    });
    return seen;
  };
}

/** What it has said when it has ended. */
export function agentSaid(
  look: (agent: RunningAgent) => unknown,
  ...others: readonly string[]
): Look {
  return async (lab, options) => look(await runAgent(lab, [...others, ...options]));
}

async function runAgent(
  lab: KeyLab,
  options: readonly string[],
  use?: (agent: RunningAgent) => Promise<void>,
): Promise<RunningAgent> {
  const port = await freePort();
  let stderr = '';
  const streams = {
    out: () => true,
    err(text: string): boolean {
      stderr += text;
      return true;
    },
  };
  const opened: GivenToPlugin[] = [];
  Object.assign(globalThis, { [MEETING]: (one: GivenToPlugin) => opened.push(one) });
  let hasEnded = false;
  const ended = run({ args: argumentsOf(lab, options, port), streams, environment: {} });
  void ended.finally(() => {
    hasEnded = true;
  });
  await until('the source is opened', () => opened.length > 0 || hasEnded);
  const [given] = opened;
  if (given === undefined) throw new Error(stderr);
  const agent = { stderr: () => stderr, given, port };
  try {
    await use?.(agent);
  } finally {
    given.sink.end();
    await until('it ends', () => hasEnded);
  }
  return agent;
}

function argumentsOf(lab: KeyLab, options: readonly string[], port: number): readonly string[] {
  const fixed = [
    'engine.kind=nodriver',
    'webserver.listen_port=0',
    'stdout_output.enabled=false',
    'file_output.enabled=true',
    'file_output.filename=FOLDER/live.txt',
    'load_plugins[]=lab',
    'plugins[0].name=lab',
    `plugins[0].library_path=${lab.file('lab.mjs', module)}`,
  ];
  const set = [...fixed, ...options].flatMap((option) => [
    '-o',
    lab.filled(option).replaceAll('PORT', String(port)),
  ]);
  return ['-c', lab.base, '-r', lab.rules, '--enable-source', 'lab', ...set];
}

const LOOK_MS = 10;
/** Half a second at least; where the machine is busy, each look takes longer, too. */
const LOOKS = 60;

/** Whether it becomes true within so many looks: what never does costs all of them. */
export async function soon(
  isTrue: () => boolean | Promise<boolean>,
  looks: number = LOOKS,
): Promise<boolean> {
  for (let look = 0; look < looks; look++) {
    // oxlint-disable-next-line no-await-in-loop -- one look after the other is the point
    if (await isTrue()) return true;
    // oxlint-disable-next-line no-await-in-loop -- the same
    await pause(LOOK_MS);
  }
  return false;
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}
