/**
 * Configuration and rules read again: when SIGHUP asks for it, or when one of their files changed
 * (`watch_config_files`). What is loaded takes the place of what runs only when all of it is in
 * order; until then, and when it is not, what runs goes on.
 */

import type { InternalMessage } from '@saker/core/engine/internal-alert.ts';
import { includedFiles } from '../../config/load-config.ts';
import { messageOf } from '../../host/errno.ts';
import { areEqualDigests, fileDigests } from '../../host/file-digest.ts';
import { FileWatch } from '../../host/file-watch.ts';
import { loadRunnableInSteps, type RunnableRules } from '../actions/load-rules.ts';
import { loadConfigurationAgain, newWarnings } from '../configuration.ts';
import { namedRulesPaths, rulesFilesIn } from '../rules-files.ts';
import { reopenSession, type Session } from '../session.ts';
import { openSessionPlugins } from '../session-plugins.ts';
import { finishInTurns } from '../steps.ts';

export interface Loaded {
  readonly session: Session;
  readonly rules: RunnableRules;
}

export interface ReloadsParts {
  /** Puts what was loaded in place. What it throws refuses it: then nothing may have changed. */
  readonly take: (loaded: Loaded) => void | Promise<void>;
  /** Delivers an alert about the program itself. */
  readonly tell: (message: InternalMessage) => void;
}

/** Of LOG_CRIT. */
const CRITICAL = 2;
/** Falco's name for it, which programs that read its alerts know. */
const FAILURE = 'Falco internal: hot restart failure';

export class Reloads {
  /** Since the start. */
  succeeded = 0;
  failed = 0;
  readonly #parts: ReloadsParts;
  readonly #watch: FileWatch;
  #current: Loaded;
  /** What the files held when they were last read, whether they were in order or not. */
  #digests: ReadonlyMap<string, string>;
  #running: Promise<void> | undefined = undefined;
  #isRequested = false;
  #isClosed = false;

  constructor(current: Loaded, parts: ReloadsParts) {
    this.#parts = parts;
    this.#current = current;
    this.#digests = digestsOf(current);
    this.#watch = new FileWatch({
      onChange: () => this.#onChange(),
      onProblem: (message) => {
        const hint = 'send SIGHUP when configuration or rules changed';
        this.#current.session.log.warning(`${message}; ${hint}`);
      },
    });
  }

  /** From now on files are looked at; what has changed since they were loaded is noticed, too. */
  start(): void {
    this.#follow();
    if (this.#current.session.config.watchesFiles) this.#onChange();
  }

  /** Loads as soon as a load that is in progress is over. */
  request(reason: string): void {
    if (this.#isClosed) return;
    this.#current.session.log.info(`${reason}, loading configuration and rules again...`);
    this.#isRequested = true;
    this.#running ??= this.#run();
  }

  /** Resolves when nothing is in progress any more. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#watch.close();
    await this.#running;
  }

  async #run(): Promise<void> {
    while (this.#isRequested && !this.#isClosed) {
      this.#isRequested = false;
      // oxlint-disable-next-line no-await-in-loop -- one load after the other
      await this.#reload();
    }
    this.#running = undefined;
  }

  /** Never rejects: a mistake of ours must not end what runs either. */
  async #reload(): Promise<void> {
    // From before they are read: what changes while they are is a change.
    const digests = digestsOf(this.#current);
    const paths = pathsOf(this.#current);
    try {
      await this.#take(await load(this.#current));
      this.succeeded++;
    } catch (error) {
      this.failed++;
      reopenSession(this.#current.session, this.#current.session.loaded);
      this.#fail(messageOf(error));
    }
    const isSame = pathsOf(this.#current).join() === paths.join();
    this.#digests = isSame ? digests : new Map([...digestsOf(this.#current), ...digests]);
    this.#follow();
  }

  async #take(loaded: Loaded): Promise<void> {
    const before = this.#current;
    try {
      await this.#parts.take(loaded);
    } catch (error) {
      await loaded.rules.loaded.plugins.close(before.rules.loaded.plugins);
      throw error;
    }
    this.#current = loaded;
    await before.rules.loaded.plugins.close(loaded.rules.loaded.plugins);
  }

  #fail(problem: string): void {
    this.#current.session.log.error(`not loaded, what was loaded before goes on: ${problem}`);
    this.#parts.tell({
      rule: FAILURE,
      priority: CRITICAL,
      // Alerts are lines.
      text: `${FAILURE}: ${problem.trim().replace(/\s*\n\s*/g, ' | ')}`,
      fields: {},
    });
  }

  #follow(): void {
    const { config } = this.#current.session;
    if (config.watchesFiles && !this.#isClosed) this.#watch.follow(pathsOf(this.#current));
    else this.#watch.close();
  }

  /** Not all that happens in a folder changes what a file holds. */
  #onChange(): void {
    if (areEqualDigests(digestsOf(this.#current), this.#digests)) return;
    this.request('a file changed');
  }
}

async function load(current: Loaded): Promise<Loaded> {
  const { rules, session: previous } = current;
  const session = reopenSession(previous, loadConfigurationAgain(previous));
  for (const text of newWarnings(previous.loaded, session.loaded)) session.log.warning(text);
  const before = rules.loaded.plugins;
  const plugins = await openSessionPlugins(session, { previous: before });
  try {
    const again = await finishInTurns(loadRunnableInSteps(session, plugins));
    tellGone(rules, again, session);
    return { session, rules: again };
  } catch (error) {
    await plugins.close(before);
    throw error;
  }
}

/** As at a start, what the configuration names and is not there is passed over; not silently. */
function tellGone(before: RunnableRules, after: RunnableRules, { log }: Session): void {
  const gone = before.files.filter((file) => !after.files.includes(file));
  if (gone.length > 0) log.warning(`rules of these files are no longer loaded: ${gone.join(', ')}`);
}

/** Files and folders whose changes matter, those that are not there included. */
function pathsOf({ session, rules }: Loaded): readonly string[] {
  const { files, included } = session.loaded;
  return [...files.map(({ path }) => path), ...included, ...rulesPathsOf(session), ...rules.paths];
}

function rulesPathsOf({ flags, config }: Session): readonly string[] {
  return namedRulesPaths(flags.rulesFiles, config.rulesFiles);
}

/** Of the files themselves, and of those that their folders have now. */
function digestsOf({ session, rules }: Loaded): ReadonlyMap<string, string> {
  const { files, included } = session.loaded;
  return fileDigests([
    ...files.map(({ path }) => path),
    ...included.flatMap((path) => listed(() => includedFiles(path))),
    ...[...rulesPathsOf(session), ...rules.paths].flatMap((path) =>
      listed(() => rulesFilesIn([path])),
    ),
  ]);
}

/** A folder that cannot be read has no files here: loading it says why. */
function listed(list: () => readonly string[]): readonly string[] {
  try {
    return list();
  } catch {
    return [];
  }
}
