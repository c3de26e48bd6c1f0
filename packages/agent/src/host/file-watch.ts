/**
 * Tells when files may have changed: edited in place, replaced by a rename, or, as Kubernetes does
 * with a ConfigMap, by turning the link that their folder stands behind. Folders are watched, since
 * a watch of a file ends with the file.
 */

import { type FSWatcher, realpathSync, statSync, watch } from 'node:fs';
import { basename, dirname } from 'node:path';
import { reasonOf } from './errno.ts';

export interface FileWatchOptions {
  /** Something changed, and nothing else did for a moment. Called again for each further change. */
  readonly onChange: () => void;
  /** A folder cannot be watched: changes in it will not be noticed. */
  readonly onProblem: (message: string) => void;
}

/** Editors write in several steps. */
const SETTLE_MS = 150;
/** The link of a mounted ConfigMap. */
const CONFIG_MAP_LINK = '..data';

export class FileWatch {
  readonly #options: FileWatchOptions;
  readonly #watchers = new Map<string, FSWatcher>();
  /** By folder the names that matter; undefined: all that a folder of YAML files has. */
  #names = new Map<string, Set<string> | undefined>();
  #settling: NodeJS.Timeout | undefined = undefined;

  constructor(options: FileWatchOptions) {
    this.#options = options;
  }

  /** From now on these files, and the YAML files of these folders, in place of those before. */
  follow(paths: readonly string[]): void {
    this.#names = watchedNames(paths);
    for (const [folder, watcher] of this.#watchers) {
      if (this.#names.has(folder)) continue;
      watcher.close();
      this.#watchers.delete(folder);
    }
    for (const folder of this.#names.keys()) this.#watch(folder);
  }

  close(): void {
    clearTimeout(this.#settling);
    for (const watcher of this.#watchers.values()) watcher.close();
    this.#watchers.clear();
  }

  #watch(folder: string): void {
    if (this.#watchers.has(folder)) return;
    try {
      const watcher = watch(folder, { persistent: false }, (_, name) =>
        this.#onEvent(folder, name),
      );
      watcher.on('error', (error) => this.#fail(folder, error));
      this.#watchers.set(folder, watcher);
    } catch (error) {
      this.#fail(folder, error);
    }
  }

  #fail(folder: string, error: unknown): void {
    this.#watchers.get(folder)?.close();
    this.#watchers.delete(folder);
    this.#options.onProblem(`cannot watch ${folder} for changes: ${reasonOf(error)}`);
  }

  #onEvent(folder: string, name: string | null): void {
    const names = this.#names.get(folder);
    const matters =
      name === null ||
      name === CONFIG_MAP_LINK ||
      (names === undefined ? /\.ya?ml$/.test(name) : names.has(name));
    if (!matters) return;
    clearTimeout(this.#settling);
    this.#settling = setTimeout(() => this.#options.onChange(), SETTLE_MS);
    this.#settling.unref();
  }
}

function watchedNames(paths: readonly string[]): Map<string, Set<string> | undefined> {
  const names = new Map<string, Set<string> | undefined>();
  const add = (folder: string, name: string): void => {
    if (names.has(folder)) names.get(folder)?.add(name);
    else names.set(folder, new Set([name]));
  };
  for (const path of paths) {
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat?.isDirectory() === true) {
      names.set(path, undefined);
    } else {
      add(dirname(path), basename(path));
      // A link to a file that is edited where it is.
      const real = stat === undefined ? path : realpathSync(path);
      add(dirname(real), basename(real));
    }
  }
  return names;
}
