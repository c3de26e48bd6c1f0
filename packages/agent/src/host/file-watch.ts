/**
 * Tells when files may have changed: edited in place, replaced by a rename, taken away and made
 * again, or, as Kubernetes does with a ConfigMap, by turning the link that their folder stands
 * behind. Folders are watched, since a watch of a file ends with the file; and so does that of a
 * folder, which is why the folders are looked at anew after each change.
 */

import { type FSWatcher, realpathSync, statSync, watch } from 'node:fs';
import { basename, dirname } from 'node:path';
import { reasonOf } from './errno.ts';

export interface FileWatchOptions {
  /** Something changed, and nothing else did for a moment. Called again for each further change. */
  readonly onChange: () => void;
  /** A folder cannot be watched: changes in it will not be noticed. Said once. */
  readonly onProblem: (message: string) => void;
}

/** Editors write in several steps. */
const SETTLE_MS = 150;
/** What never comes to rest is looked at all the same. */
const SETTLE_MS_MAX = 2000;
/** The link of a mounted ConfigMap. */
const CONFIG_MAP_LINK = '..data';

interface Folder {
  /** Which one it is, as the file system has it: another one may take its name. */
  readonly id: string;
  /** The names in it that matter. */
  readonly names: Set<string>;
  /** All of them do. */
  isWhole: boolean;
}

export class FileWatch {
  readonly #options: FileWatchOptions;
  readonly #watchers = new Map<string, { readonly watcher: FSWatcher; readonly id: string }>();
  readonly #unwatched = new Set<string>();
  #paths: readonly string[] = [];
  #folders: ReadonlyMap<string, Folder> = new Map();
  #settling: NodeJS.Timeout | undefined = undefined;
  #unsettledSinceMs: number | undefined = undefined;

  constructor(options: FileWatchOptions) {
    this.#options = options;
  }

  /**
   * From now on these files, and what is in these folders, in place of those before. What is not
   * there is noticed when it comes.
   */
  follow(paths: readonly string[]): void {
    this.#paths = paths;
    this.#folders = foldersOf(paths);
    for (const [path, { id }] of this.#watchers) {
      if (this.#folders.get(path)?.id !== id) this.#drop(path);
    }
    for (const [path, { id }] of this.#folders) this.#watch(path, id);
  }

  close(): void {
    clearTimeout(this.#settling);
    this.#unsettledSinceMs = undefined;
    for (const path of this.#watchers.keys()) this.#drop(path);
  }

  #watch(path: string, id: string): void {
    if (this.#watchers.has(path)) return;
    try {
      const watcher = watch(path, { persistent: false }, (_, name) => this.#onEvent(path, name));
      watcher.on('error', (error) => {
        this.#drop(path);
        this.#fail(path, error);
      });
      this.#watchers.set(path, { watcher, id });
      this.#unwatched.delete(path);
    } catch (error) {
      this.#fail(path, error);
    }
  }

  #drop(path: string): void {
    this.#watchers.get(path)?.watcher.close();
    this.#watchers.delete(path);
  }

  #fail(path: string, error: unknown): void {
    if (this.#unwatched.has(path)) return;
    this.#unwatched.add(path);
    this.#options.onProblem(`cannot watch ${path} for changes: ${reasonOf(error)}`);
  }

  #onEvent(path: string, name: string | null): void {
    const folder = this.#folders.get(path);
    if (folder === undefined) return;
    // By its own name a folder tells that it was moved or taken away: nothing more comes of it.
    const isItself = name === basename(path);
    if (isItself) this.#drop(path);
    const { names, isWhole } = folder;
    const matters = name === null || isItself || isWhole || name === CONFIG_MAP_LINK;
    if (matters || names.has(name)) this.#settle();
  }

  #settle(): void {
    const now = performance.now();
    this.#unsettledSinceMs ??= now;
    const left = this.#unsettledSinceMs + SETTLE_MS_MAX - now;
    clearTimeout(this.#settling);
    this.#settling = setTimeout(
      () => {
        this.#unsettledSinceMs = undefined;
        this.follow(this.#paths);
        this.#options.onChange();
      },
      Math.max(0, Math.min(SETTLE_MS, left)),
    );
    this.#settling.unref();
  }
}

/** The folders to watch: those of the files, and of what is not there the nearest that is. */
function foldersOf(paths: readonly string[]): Map<string, Folder> {
  const folders = new Map<string, Folder>();
  const folderAt = (path: string): Folder | undefined => {
    const known = folders.get(path);
    if (known !== undefined) return known;
    const id = folderId(path);
    if (id === undefined) return undefined;
    const folder = { id, names: new Set<string>(), isWhole: false };
    folders.set(path, folder);
    return folder;
  };
  const addName = (path: string): void => {
    for (let at = path; dirname(at) !== at; at = dirname(at)) {
      const folder = folderAt(dirname(at));
      folder?.names.add(basename(at));
      if (folder !== undefined) return;
    }
  };
  for (const path of paths) {
    addName(path);
    // A link to a file that is edited where it is.
    const real = realPath(path);
    if (real !== path) addName(real);
    const itself = folderAt(path);
    if (itself !== undefined) itself.isWhole = true;
  }
  return folders;
}

/** undefined: it is no folder, or nobody may look. */
function folderId(path: string): string | undefined {
  try {
    const stat = statSync(path);
    return stat.isDirectory() ? `${stat.dev}:${stat.ino}` : undefined;
  } catch {
    return undefined;
  }
}

/** The path as it is where it leads nowhere. */
function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
