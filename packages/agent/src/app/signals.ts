/**
 * Signals as facts that loops look at: SIGINT and SIGTERM ask to stop, SIGUSR1 to open outputs
 * again, SIGHUP to load configuration and rules again.
 */

export class Signals {
  /** The name of the signal that asked for it. */
  stopRequested: string | undefined = undefined;
  reopenRequested = false;
  reloadRequested = false;
  readonly #onStop = (name: string): void => {
    // A second one means it: the default action ends the process.
    this.release();
    this.stopRequested = name;
  };
  readonly #onReopen = (): void => {
    this.reopenRequested = true;
  };

  readonly #onReload = (): void => {
    this.reloadRequested = true;
  };

  constructor() {
    process.on('SIGINT', this.#onStop);
    process.on('SIGTERM', this.#onStop);
    process.on('SIGUSR1', this.#onReopen);
  }

  /** SIGHUP asks to load again, instead of ending the program with its terminal. */
  takeReloads(): void {
    process.on('SIGHUP', this.#onReload);
  }

  /** Default actions again. */
  release(): void {
    process.off('SIGINT', this.#onStop);
    process.off('SIGTERM', this.#onStop);
    process.off('SIGUSR1', this.#onReopen);
    process.off('SIGHUP', this.#onReload);
  }
}
