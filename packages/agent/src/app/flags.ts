/**
 * The command line to a `Flags` value. Written as users of Falco write it: `-pc`, `-oa=b`, `-vL`,
 * `--list=syscall`.
 */

import { suggest } from '@saker/core/base/suggest.ts';
import { type FlagSpec, flagTable } from './flag-table.ts';
import { answerTo, findOldFlag, type OldFlag } from './old-flags.ts';
import { optionsOfPrint } from './print-flag.ts';

export type ListFormat = 'text' | 'markdown' | 'json';

export interface Flags {
  readonly help: boolean;
  readonly configFile: string | undefined;
  readonly configSchema: boolean;
  readonly ruleSchema: boolean;
  readonly disableSources: readonly string[];
  readonly enableSources: readonly string[];
  readonly dryRun: boolean;
  readonly ignoredEvents: boolean;
  readonly describeAllRules: boolean;
  readonly describeRule: string | undefined;
  /** '' lists the fields of all sources. */
  readonly listSource: string | undefined;
  readonly listEvents: boolean;
  readonly listPlugins: boolean;
  /** 0: no limit. */
  readonly durationSeconds: number;
  readonly format: ListFormat;
  readonly namesOnly: boolean;
  readonly options: readonly string[];
  /** Options that flags of older Falcos stand for: they come before the others. */
  readonly oldOptions: readonly string[];
  readonly pluginInfo: string | undefined;
  readonly pidFile: string | undefined;
  readonly rulesFiles: readonly string[];
  readonly support: boolean;
  readonly unbuffered: boolean;
  readonly validate: readonly string[];
  readonly verbose: boolean;
  readonly version: boolean;
  readonly pageSize: boolean;
  /** For the standard error: old spellings that still work. */
  readonly warnings: readonly string[];
}

/** The command line cannot be understood. The message is for the user. */
export class FlagError extends Error {
  override readonly name = 'FlagError';
}

const LIST_FORMATS: readonly ListFormat[] = ['text', 'markdown', 'json'];
const byName = new Map(flagTable.map((spec) => [spec.name, spec]));
const byLetter = new Map(
  flagTable.flatMap((spec) => {
    const letter = spec.letter ?? (spec.name.length === 1 ? spec.name : undefined);
    return letter === undefined ? [] : [[letter, spec]];
  }),
);

export function parseFlags(args: readonly string[]): Flags {
  const parser = new FlagParser(args);
  parser.run();
  const { values, warnings } = parser;
  parser.checkSelections();
  const last = (name: string): string | undefined => values.get(name)?.at(-1);
  const on = (name: string): boolean => isOn(name, last(name));
  return {
    help: on('help'),
    configFile: last('c'),
    configSchema: on('config-schema'),
    ruleSchema: on('rule-schema'),
    disableSources: values.get('disable-source') ?? [],
    enableSources: values.get('enable-source') ?? [],
    dryRun: on('dry-run'),
    ignoredEvents: on('i'),
    describeAllRules: on('L'),
    describeRule: last('l'),
    listSource: last('list'),
    listEvents: on('list-events'),
    listPlugins: on('list-plugins'),
    durationSeconds: duration(last('M')),
    format: format(last('format'), on('markdown'), warnings),
    namesOnly: on('N'),
    options: [...(values.get('option') ?? []), ...optionsOfPrint(last('print'), warnings)],
    oldOptions: parser.oldOptions,
    pluginInfo: last('plugin-info'),
    pidFile: last('pidfile'),
    rulesFiles: values.get('r') ?? [],
    support: on('support'),
    unbuffered: on('unbuffered'),
    validate: values.get('validate') ?? [],
    verbose: on('v'),
    version: on('version'),
    pageSize: on('page-size'),
    warnings,
  };
}

function isOn(name: string, value: string | undefined): boolean {
  if (value === undefined || /^(false|f|0)$/i.test(value)) return false;
  if (/^(true|t|1)?$/i.test(value)) return true;
  throw new FlagError(`option "${name}" takes no value, or true or false; found "${value}"`);
}

function duration(value: string | undefined): number {
  if (value === undefined) return 0;
  if (/^\d{1,9}$/.test(value)) return Number(value);
  throw new FlagError(`option "M" takes a number of seconds, found "${value}"`);
}

function format(value: string | undefined, markdown: boolean, warnings: string[]): ListFormat {
  if (markdown && value !== undefined) {
    throw new FlagError('--markdown and --format cannot be given together');
  }
  if (markdown) {
    warnings.push('--markdown is deprecated, use --format markdown');
    return 'markdown';
  }
  const found = LIST_FORMATS.find((one) => one === (value ?? 'text').toLowerCase());
  if (found !== undefined) return found;
  const meant = suggest(value ?? '', LIST_FORMATS);
  const hint = meant === undefined ? '' : `, did you mean "${meant}"?`;
  throw new FlagError(`unknown format "${value}": it is one of ${LIST_FORMATS.join(', ')}${hint}`);
}

class FlagParser {
  /** By long name; switches have the value ''. */
  readonly values = new Map<string, string[]>();
  readonly warnings: string[] = [];
  readonly oldOptions: string[] = [];
  readonly #oldGiven = new Set<string>();
  readonly #args: string[];
  #at = 0;

  constructor(args: readonly string[]) {
    this.#args = [...args];
  }

  run(): void {
    while (this.#at < this.#args.length) {
      const arg = this.#args[this.#at++] ?? '';
      if (arg === '--') {
        for (const word of this.#args.slice(this.#at)) this.#stray(word);
        return;
      }
      if (arg.startsWith('--')) this.#long(arg.slice(2));
      else if (arg.length > 1 && arg.startsWith('-')) this.#letters(arg.slice(1));
      else this.#stray(arg);
    }
  }

  #long(text: string): void {
    const equals = text.indexOf('=');
    const name = equals < 0 ? text : text.slice(0, equals);
    const value = equals < 0 ? undefined : text.slice(equals + 1);
    const spec = name.length > 1 ? byName.get(name) : undefined;
    if (spec === undefined) {
      const old = findOldFlag(name);
      if (old !== undefined) return this.#old(old, `--${name}`, value);
      const answer = answerTo(name);
      if (answer !== undefined) throw new FlagError(`option "--${name}" does not exist: ${answer}`);
      const known = [...byName.keys()].filter((one) => one.length > 1);
      const meant = byLetter.has(name) ? `-${name}` : prefixed('--', suggest(name, known));
      throw unknownFlag(`--${name}`, meant);
    }
    this.#add(spec, value ?? this.#valueFor(spec));
  }

  /** Letters in a row are switches; what follows a letter that takes a value is its value. */
  #letters(text: string): void {
    for (let at = 0; at < text.length; at++) {
      const letter = text[at] ?? '';
      const rest = text.slice(at + 1);
      const spec = byLetter.get(letter);
      if (spec === undefined) {
        if (this.#oldLetter(at, text)) return;
        continue;
      }
      if (spec.kind !== 'switch') {
        this.#add(spec, rest === '' ? this.#valueFor(spec) : rest);
        return;
      }
      this.#add(spec, '');
    }
  }

  /** One dash in place of two is a frequent slip. */
  #meantLong(text: string): string | undefined {
    const known = [...byName.keys()].filter((name) => name.length > 1);
    return text.length > 1 ? suggest(text.replace(/=.*/s, ''), known) : undefined;
  }

  #valueFor(spec: FlagSpec): string {
    if (spec.kind === 'switch') return '';
    const next = this.#args[this.#at];
    if (spec.kind === 'optional' && (next === undefined || next.startsWith('-'))) return '';
    if (next === undefined) {
      throw new FlagError(`option "${spec.name}" needs its ${spec.argument ?? 'value'}`);
    }
    this.#at++;
    return next;
  }

  #add(spec: FlagSpec, value: string): void {
    const values = this.values.get(spec.name);
    if (values === undefined) this.values.set(spec.name, [value]);
    else values.push(value);
  }

  /**
   * The letter at `at`, which is none of today's. True: the rest was its value. A slip such as
   * `-version` is not taken for letters of old.
   */
  #oldLetter(at: number, text: string): boolean {
    const letter = text[at] ?? '';
    const rest = text.slice(at + 1);
    const meant = this.#meantLong(text);
    const old = at === 0 || meant === undefined ? findOldFlag(letter) : undefined;
    if (old === undefined) throw unknownFlag(`-${letter}`, prefixed('--', meant));
    this.#old(old, `-${letter}`, rest === '' ? undefined : rest);
    return old.argument !== 'none';
  }

  #old(flag: OldFlag, written: string, attached: string | undefined): void {
    const { does, before, argument } = flag;
    const name = `${written} is of Falco before ${before}`;
    if ('refused' in does) throw new FlagError(`${name} and refused: ${does.refused}`);
    const value = argument === 'none' ? '' : this.#oldValue(flag, attached);
    this.#oldGiven.add(flag.names[0] ?? '');
    if ('notNeeded' in does) {
      this.warnings.push(`${name} and does nothing: ${does.notNeeded}`);
      return;
    }
    if ('flags' in does) {
      const flags = does.flags.map((one) => one.replace('%', () => value));
      this.warnings.push(`${name}: it is read as ${flags.join(' ')}`);
      this.#args.splice(this.#at, 0, ...flags);
      return;
    }
    const options = does.options.map((option) => option.replace('%', () => value));
    const first = (does.first ?? []).filter((option) => !this.oldOptions.includes(option));
    const asOptions = [...(does.first ?? []), ...options].map((option) => `-o ${option}`);
    this.warnings.push(`${name}: it is read as ${asOptions.join(' ')}`);
    this.oldOptions.unshift(...first);
    this.oldOptions.push(...options);
  }

  #oldValue(flag: OldFlag, attached: string | undefined): string {
    const next = this.#args[this.#at];
    if (attached !== undefined) return attached;
    if (flag.argument === 'optional' && (next === undefined || next.startsWith('-'))) return '';
    if (next === undefined) throw new FlagError(`option "${flag.names.at(-1)}" needs its value`);
    this.#at++;
    return next;
  }

  /** As Falco refused them: which of the two should win? */
  checkSelections(): void {
    if (!this.#oldGiven.has('t') || !(this.#oldGiven.has('T') || this.#oldGiven.has('D'))) return;
    throw new FlagError('-t switches rules on and -T and -D off: they cannot be given together');
  }

  /** Falco says nothing about words that no option takes. */
  #stray(word: string): void {
    this.warnings.push(`"${word}" belongs to no option and is ignored`);
  }
}

function prefixed(dashes: string, name: string | undefined): string | undefined {
  return name === undefined ? undefined : `${dashes}${name}`;
}

function unknownFlag(flag: string, meant: string | undefined): FlagError {
  const hint = meant === undefined ? '--help lists all options' : `did you mean "${meant}"?`;
  return new FlagError(`option "${flag}" does not exist: ${hint}`);
}
