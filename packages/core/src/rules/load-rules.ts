/** Rule files to a set of rules that can run, and what is to be said about the files. */

import type { Diagnostic } from '../base/diagnostic.ts';
import { cachedCatalogue } from './cached-catalogue.ts';
import { collectFile, type RulesFile } from './collect.ts';
import { Collection } from './collection.ts';
import type { CompileOptions } from './compile-options.ts';
import type { CompiledSet } from './compiled-set.ts';
import { lintRules } from './lint.ts';
import { SetCompiler } from './resolve.ts';
import { FileReport } from './result/file-report.ts';
import type { Priority, RuleSet } from './rule.ts';
import { RuleMerger } from './rule-merger.ts';
import { formatVersion, type NamedVersion, unmetRequirement } from './version.ts';

export interface LoadOptions extends CompileOptions {
  /** What `required_plugin_versions` is compared with, those that are built in included. */
  readonly plugins: readonly NamedVersion[];
  /** Rules less important than this are left out of the set. Default Debug: none. */
  readonly minimumPriority?: Priority | undefined;
  /** Whether a file in error ends loading, as when Falco starts; `-V` goes on. Default true. */
  readonly stopAtError?: boolean | undefined;
}

export interface LoadResult {
  /** Of the files that were read, in order. */
  readonly files: readonly FileReport[];
  /**
   * Plugins that the rules need and that are not there: Falco reports this instead of everything
   * else.
   */
  readonly pluginProblem: string | undefined;
  /** Whether all files are in order and the plugins are there. */
  readonly successful: boolean;
  /**
   * Everything that there is to say about the files, for people: what loading found, file by file,
   * and what lint finds. Worked out when it is asked for.
   */
  readonly diagnostics: readonly Diagnostic[];
  /** The rules that are in order. To be run only when loading was successful. */
  readonly ruleSet: RuleSet;
  /** What descriptions are made from. */
  readonly collection: Collection;
  readonly compiled: CompiledSet;
}

export function loadRules(files: readonly RulesFile[], options: LoadOptions): LoadResult {
  const steps = loadRulesInSteps(files, options);
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
  }
}

/**
 * The same in steps of a few milliseconds, so that who has something urgent to do meanwhile, such
 * as reading events, can do it between two of them.
 */
export function* loadRulesInSteps(
  files: readonly RulesFile[],
  options: LoadOptions,
): Generator<void, LoadResult> {
  const collection = new Collection();
  const sources = new Map(
    Array.from(options.sources, ([name, source]) => {
      return [name, { ...source, catalogue: cachedCatalogue(source.catalogue) }] as const;
    }),
  );
  const merger = new RuleMerger(collection, sources);
  const compiler = new SetCompiler(collection, { ...options, sources });
  const reports: FileReport[] = [];
  let compiled: CompiledSet | undefined;
  let pluginProblem: string | undefined;
  for (const file of files) {
    const report = new FileReport(file.name);
    reports.push(report);
    collectFile(file, merger, report);
    yield;
    compiled = yield* compiler.compileInSteps(report);
    pluginProblem = unmetRequirement(collection.pluginRequirements, options.plugins);
    if (pluginProblem !== undefined) break;
    if (!report.successful && options.stopAtError !== false) break;
  }
  const set = compiled ?? (yield* compiler.compileInSteps(new FileReport('')));
  let diagnostics: readonly Diagnostic[] | undefined;
  return {
    files: reports,
    pluginProblem,
    successful: pluginProblem === undefined && reports.every((report) => report.successful),
    get diagnostics(): readonly Diagnostic[] {
      diagnostics ??= distinct([...lastingDiagnostics(reports), ...lintRules(set)]);
      return diagnostics;
    },
    ruleSet: ruleSetOf(set, collection, options.minimumPriority ?? 7),
    collection,
    compiled: set,
  };
}

/** What a file does not use, a later one may: only what is said with the last file holds. */
function lastingDiagnostics(reports: readonly FileReport[]): Diagnostic[] {
  const last = reports.at(-1);
  return reports.flatMap((report) => {
    if (report === last) return report.diagnostics;
    return report.diagnostics.filter(({ code }) => !code.startsWith('LOAD_UNUSED_'));
  });
}

/**
 * Everything is compiled again for each file, so what one file warns of comes again with the next.
 */
function distinct(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  const byPlace = new Map<string, Diagnostic>();
  for (const diagnostic of diagnostics) {
    const { code, source, span, message } = diagnostic;
    const place = [source.name, span.start, span.end, code, message].join('\0');
    if (!byPlace.has(place)) byPlace.set(place, diagnostic);
  }
  return [...byPlace.values()];
}

function ruleSetOf(
  { rules, macros, lists }: CompiledSet,
  { requiredEngineVersion }: Collection,
  minimumPriority: Priority,
): RuleSet {
  return {
    rules: rules.map(({ rule }) => rule).filter(({ priority }) => priority <= minimumPriority),
    macros: new Map(macros.map(({ macro }) => [macro.name, macro])),
    lists: new Map(lists.map(({ entry, items }) => [entry.name, items])),
    requiredEngineVersion: requiredEngineVersion && formatVersion(requiredEngineVersion),
  };
}
