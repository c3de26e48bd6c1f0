/** Where a command's text goes, and how it may look there. */

import { isatty } from 'node:tty';
import type { Streams } from '@saker/agent/host/streams.ts';
import { colourStyle, plainStyle, type Style, wantsColour } from './style.ts';

export interface Screen {
  /** False when nobody reads it any more. */
  write(text: string): boolean;
  readonly style: Style;
  /** Of a terminal; undefined elsewhere, where lines are as long as they are. */
  readonly columns: number | undefined;
}

export interface Terminal {
  /** What was asked for. */
  readonly out: Screen;
  /** What is said beside it: summaries, progress, problems. */
  readonly err: Screen;
}

type Environment = Readonly<Record<string, string | undefined>>;

const COLUMNS_DEFAULT = 80;

/** The process's own. `columns` of its streams are only asked for where there is a terminal. */
export function processTerminal(streams: Streams, environment: Environment): Terminal {
  const screen = (fd: 1 | 2): Screen => {
    const isTerminal = isatty(fd);
    const stream = fd === 1 ? () => process.stdout : () => process.stderr;
    return {
      write: fd === 1 ? (text) => streams.out(text) : (text) => streams.err(text),
      style: wantsColour(isTerminal, environment) ? colourStyle : plainStyle,
      get columns() {
        return isTerminal ? stream().columns || COLUMNS_DEFAULT : undefined;
      },
    };
  };
  return { out: screen(1), err: screen(2) };
}
