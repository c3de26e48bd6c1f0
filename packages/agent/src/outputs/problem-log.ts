/** What goes wrong with an output, told seldom enough that the log can be read. */

/** The same problem is told again after so long. */
const AGAIN_MS = 600_000;
/** Two different ones have at least so much time between them. */
const BETWEEN_MS = 1000;

export class ProblemLog {
  readonly #tell: (problem: string) => void;
  #told: string | undefined = undefined;
  #toldAtMs = 0;

  constructor(tell: (problem: string) => void) {
    this.#tell = tell;
  }

  add(problem: string, nowMs: number): void {
    const since = this.#told === undefined ? Infinity : nowMs - this.#toldAtMs;
    if (since < (problem === this.#told ? AGAIN_MS : BETWEEN_MS)) return;
    this.#told = problem;
    this.#toldAtMs = nowMs;
    this.#tell(problem);
  }
}
