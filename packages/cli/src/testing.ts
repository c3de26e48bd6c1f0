/** For tests only: runs commands, in this process or as users do, and keeps what they write. */

import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { run } from './run.ts';
import { colourStyle, plainStyle } from './terminal/style.ts';
import type { Screen } from './terminal/terminal.ts';

export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export const root: string = resolve(import.meta.dirname, '../../..');

/** In the root of the repository, where the sample and the rules have short names. */
export function spawnSaker(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Outcome {
  const { status, stdout, stderr } = spawnSync(resolve(root, 'bin/saker'), args, {
    cwd: root,
    encoding: 'utf8',
    env: { ...plainEnvironment(), FALCO_HOSTNAME: 'lab', TZ: 'UTC', ...environment },
  });
  return { code: status, stdout, stderr };
}

/** Without what whoever runs the tests wants of colours. */
function plainEnvironment(): NodeJS.ProcessEnv {
  const { NO_COLOR: _no, FORCE_COLOR: _force, ...rest } = process.env;
  return rest;
}

export interface TerminalKind {
  /** Undefined: no terminal. */
  readonly columns?: number;
  readonly colours?: boolean;
}

/** In this process. */
export async function runSaker(
  args: readonly string[],
  { columns, colours = false }: TerminalKind = {},
): Promise<Outcome> {
  const out = new TestScreen(columns, colours);
  const err = new TestScreen(columns, colours);
  const environment = { FALCO_HOSTNAME: 'lab' };
  const code = await run({ args, terminal: { out, err }, environment });
  return { code, stdout: out.text, stderr: err.text };
}

/** Keeps what is written. */
export class TestScreen implements Screen {
  text = '';
  readonly columns: number | undefined;
  readonly style: Screen['style'];

  constructor(columns?: number, colours = false) {
    this.columns = columns;
    this.style = colours ? colourStyle : plainStyle;
  }

  write(text: string): boolean {
    this.text += text;
    return true;
  }
}

/** How long something took is another number every time. */
export function withoutDuration(text: string): string {
  return text.replace(/ in \d+\.\d+ s$/gm, ' in N s');
}
