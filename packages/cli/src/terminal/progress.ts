/**
 * One line on a terminal that says how far a long task is, and is gone when it ends. Nothing
 * anywhere else, and nothing for tasks that are done before a person would wonder.
 */

import type { Screen } from './terminal.ts';
import { clip } from './text-width.ts';

export interface ProgressOptions {
  /** For tests; milliseconds. */
  readonly now?: () => number;
}

/** So long nobody wonders. */
const QUIET_MS = 400;
const INTERVAL_MS = 100;
const BAR_COLUMNS = 24;
/** To the beginning of the line, and everything behind it erased. */
const ERASE = '\r\u001b[K';

export class Progress {
  readonly #screen: Screen;
  readonly #now: () => number;
  readonly #start: number;
  #next: number;
  #isShown = false;

  constructor(screen: Screen, { now = () => performance.now() }: ProgressOptions = {}) {
    this.#screen = screen;
    this.#now = now;
    this.#start = now();
    this.#next = this.#start + QUIET_MS;
  }

  /**
   * Called as often as one likes. `fraction` of the whole, 0 to 1; undefined where nobody knows how
   * much there is. `text` is only made when it is shown and is given the seconds since the start.
   */
  update(fraction: number | undefined, text: (seconds: number) => string): void {
    const { columns, style } = this.#screen;
    const now = this.#now();
    if (now < this.#next || columns === undefined) return;
    this.#next = now + INTERVAL_MS;
    const rest = text((now - this.#start) / 1000);
    const line = fraction === undefined ? rest : `${bar(fraction)}  ${rest}`;
    // The last column stays free: some terminals go to the next line when it is written.
    this.#screen.write(ERASE + style.cyan(clip(line, columns - 1)));
    this.#isShown = true;
  }

  /** Takes the line away: before something else is written, and at the end. */
  clear(): void {
    if (!this.#isShown) return;
    this.#screen.write(ERASE);
    this.#isShown = false;
  }
}

function bar(fraction: number): string {
  const share = Math.min(1, Math.max(0, fraction));
  const full = Math.round(share * BAR_COLUMNS);
  const percent = `${Math.floor(share * 100)}%`.padStart(4);
  return '█'.repeat(full) + '░'.repeat(BAR_COLUMNS - full) + percent;
}
