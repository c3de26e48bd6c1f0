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
    this.releaseStops();
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

  /**
   * The program ends already: one that asks for it means it, and ends the process by its default
   * action. The others do not, whose default action is the same.
   */
  releaseStops(): void {
    process.off('SIGINT', this.#onStop);
    process.off('SIGTERM', this.#onStop);
  }

  /** Default actions again. */
  release(): void {
    this.releaseStops();
    process.off('SIGUSR1', this.#onReopen);
    process.off('SIGHUP', this.#onReload);
  }
}
