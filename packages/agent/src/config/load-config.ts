/**
 * Reads the configuration: the main file, the files that `config_files` names, then the `-o`
 * options, each merged into what came before. Problems in the texts are diagnostics; a file that
 * cannot be read is a `ConfigFileError`.
 */

import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Diagnostic } from '@saker/core/base/diagnostic.ts';
import { Source, type Span } from '@saker/core/base/source.ts';
import { checkConfig, OLD_KEY_CODE } from './check-config.ts';
import type { Config } from './config.ts';
import { type ConfigNode, emptyMap, type MapNode } from './config-node.ts';
import { parsePath, setAtPath } from './config-path.ts';
import { fallbackList, textAt } from './config-reader.ts';
import { configProblem, readConfigMap, readConfigText } from './config-text.ts';
import type { Environment } from './environment.ts';
import { MERGE_STRATEGIES, mergeConfig } from './merge-config.ts';
import { moveOldKeys } from './old-keys.ts';
import { readConfig } from './read-config.ts';
import { secretLines, secretSpans, shownOption, withoutSecrets } from './secrets.ts';

/** A configuration has some hundred lines; more than this is a wrong path. */
const FILE_BYTES_MAX = 4 << 20;

/** How diagnostics name the place of an option; its text is the excerpt. */
const OPTION_SOURCE = 'option -o';
/** Of those that stand for an old flag: that they name old keys was said when they were read. */
const OLD_OPTION_SOURCE = 'option of old';

export interface ConfigFile {
  readonly path: string;
  /** Whether the file agrees with the schema; its warnings are among the diagnostics. */
  readonly valid: boolean;
}

export interface LoadedConfig {
  readonly config: Config;
  /** The merged tree: for the support document. */
  readonly tree: MapNode;
  readonly files: readonly ConfigFile[];
  /** The main file. */
  readonly file: string | undefined;
  /** What config_files names, whether it is there or not. */
  readonly included: readonly string[];
  /** With an error among them the configuration must not be used. */
  readonly diagnostics: readonly Diagnostic[];
}

export interface ConfigSources {
  /** undefined: no file, defaults and options only. */
  readonly file: string | undefined;
  /** `-o` options, `key=value`. */
  readonly options: readonly string[];
  /** The same, which other flags stand for: they come first. */
  readonly oldOptions?: readonly string[];
  readonly environment: Environment;
}

/** A configuration file that cannot be read. */
export class ConfigFileError extends Error {
  override readonly name = 'ConfigFileError';
  readonly path: string;

  constructor(path: string, reason: string, cause?: unknown) {
    super(`cannot read the configuration file ${path}: ${reason}`, { cause });
    this.path = path;
  }
}

export function loadConfig(sources: ConfigSources): LoadedConfig {
  const loader = new ConfigLoader(sources);
  return loader.load();
}

class ConfigLoader {
  readonly #sources: ConfigSources;
  readonly #diagnostics: Diagnostic[] = [];
  readonly #files: ConfigFile[] = [];
  readonly #secrets = new Map<Source, Span[]>();
  readonly #included: string[] = [];

  constructor(sources: ConfigSources) {
    this.#sources = sources;
  }

  load(): LoadedConfig {
    const { file, options, oldOptions = [] } = this.#sources;
    const root =
      file === undefined ? emptyMap(placeOf(new Source('defaults', ''))) : this.#readFile(file);
    // `-o config_files=...` must be known before the files are read; the rest overrides what they
    // say.
    const includes = options.filter((option) => option.startsWith('config_files'));
    for (const option of includes) this.#apply(root, option);
    this.#include(root, file);
    for (const option of oldOptions) this.#apply(root, option, OLD_OPTION_SOURCE);
    for (const option of options) if (!includes.includes(option)) this.#apply(root, option);
    const fromOptions = checkConfig(root).filter(isOfOption);
    const moved = moveOldKeys(root);
    const { config, diagnostics } = readConfig(root);
    secretSpans(root, this.#secrets);
    const all = [...diagnostics, ...moved, ...this.#diagnostics, ...fromOptions];
    return {
      config,
      tree: root,
      files: this.#files,
      file,
      included: this.#included,
      diagnostics: withoutSecrets(withoutRepeats(all), this.#secrets),
    };
  }

  #readFile(path: string): MapNode {
    const source = new Source(path, readText(path));
    const { root, diagnostics } = readConfigMap(source, this.#sources.environment);
    if (diagnostics.length > 0) this.#secrets.set(source, secretLines(source));
    secretSpans(root, this.#secrets);
    const all = [...diagnostics, ...checkConfig(root)];
    this.#diagnostics.push(...all);
    this.#files.push({ path, valid: all.every(({ code }) => code === OLD_KEY_CODE) });
    return root;
  }

  #include(root: MapNode, main: string | undefined): void {
    const named = root.entries.get('config_files')?.value;
    const entries = named?.kind === 'list' ? named.items : named?.kind === 'scalar' ? [named] : [];
    for (const entry of entries) {
      const path = entry.kind === 'scalar' ? entry.text : textAt(entry, 'path');
      if (path === undefined) continue;
      if (path === main) {
        this.#report(entry, `config_files names the file itself: ${path}`);
        continue;
      }
      this.#included.push(path);
      const strategy = MERGE_STRATEGIES.find((one) => one === textAt(entry, 'strategy'));
      for (const file of includedFiles(path)) {
        const problems = mergeConfig(root, this.#readFile(file), strategy ?? 'append');
        this.#diagnostics.push(...problems);
      }
    }
  }

  #apply(root: MapNode, option: string, name = OPTION_SOURCE): void {
    const source = new Source(name, option);
    const place = { source, span: { start: 0, end: option.length } };
    const equals = option.indexOf('=');
    if (equals < 0) {
      const message = 'an option has the form key=value or key.subkey=value';
      this.#diagnostics.push(configProblem('CONFIG_ERR_OPTION', place, message));
      return;
    }
    const path = parsePath(option.slice(0, equals));
    if (!Array.isArray(path)) {
      const span = { start: path.at, end: path.at + 1 };
      const shown = new Source(name, shownOption(option));
      const problem = { source: shown, span };
      this.#diagnostics.push(configProblem('CONFIG_ERR_PATH', problem, path.problem));
      return;
    }
    const value = this.#optionValue(source, equals + 1);
    const problem = setAtPath(root, path, value, (key) => fallbackList(key, value.place));
    if (problem !== undefined) this.#diagnostics.push(problem);
  }

  /** `{...}` is YAML, as for Falco; everything else is text. */
  #optionValue(source: Source, start: number): ConfigNode {
    const text = source.text.slice(start);
    const place = { source, span: { start, end: source.text.length } };
    if (!text.startsWith('{') || !text.endsWith('}')) return { kind: 'scalar', text, place };
    const whole = new Source(source.name, text);
    const { root, diagnostics } = readConfigText(whole, undefined);
    if (diagnostics.length > 0) this.#secrets.set(whole, secretLines(whole));
    this.#diagnostics.push(...diagnostics);
    return root;
  }

  #report(node: ConfigNode, message: string): void {
    this.#diagnostics.push(configProblem('CONFIG_ERR_INCLUDE', node.place, message));
  }
}

/**
 * Of several complaints about one place the first: an error says more than the warning of the
 * schema.
 */
function withoutRepeats(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  const seen = new Map<Source, Set<number>>();
  return diagnostics.filter(({ source, span }) => {
    const places = seen.get(source) ?? new Set<number>();
    seen.set(source, places);
    if (places.has(span.start)) return false;
    places.add(span.start);
    return true;
  });
}

function isOfOption({ source, code }: Diagnostic): boolean {
  if (source.name === OLD_OPTION_SOURCE) return code !== OLD_KEY_CODE;
  return source.name === OPTION_SOURCE;
}

function placeOf(source: Source) {
  return { source, span: { start: 0, end: 0 } };
}

/**
 * The file itself, or the regular files of a folder by name. What does not exist is passed over, as
 * Falco does. ConfigFileError when the folder cannot be read.
 */
export function includedFiles(path: string): string[] {
  try {
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat?.isFile() === true) return [path];
    if (stat?.isDirectory() !== true) return [];
    return readdirSync(path)
      .toSorted()
      .map((name) => join(path, name))
      .filter((file) => statSync(file, { throwIfNoEntry: false })?.isFile() === true);
  } catch (error) {
    throw new ConfigFileError(path, String(error), error);
  }
}

function readText(path: string): string {
  try {
    const stat = statSync(path);
    if (stat.isDirectory()) throw new ConfigFileError(path, 'it is a directory');
    if (stat.size > FILE_BYTES_MAX) {
      throw new ConfigFileError(path, `${stat.size} bytes, at most ${FILE_BYTES_MAX} are read`);
    }
    return readFileSync(path, 'utf8').replace(/^\ufeff/, '');
  } catch (error) {
    if (error instanceof ConfigFileError) throw error;
    const code = (error as NodeJS.ErrnoException).code;
    throw new ConfigFileError(path, code === 'ENOENT' ? 'it does not exist' : String(error), error);
  }
}
