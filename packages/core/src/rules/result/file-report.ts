/**
 * What was found in one file, twice: Falco's way (its texts, its places, and nothing after the
 * first error) for `-V` and the log, and ours (everything, at its true place, in our words) for
 * people and editors.
 */

import type { Diagnostic } from '../../base/diagnostic.ts';
import type { Source, Span } from '../../base/source.ts';
import { DEPRECATED_FIELDS, type ErrorCode, type WarningCode } from './codes.ts';
import type { ItemContext } from './item-context.ts';

export interface FalcoErrorEntry {
  readonly code: ErrorCode;
  readonly message: string;
  readonly context: ItemContext;
}

export interface FalcoWarningEntry {
  readonly code: WarningCode;
  readonly message: string;
  readonly context: ItemContext;
  readonly deprecatedField: string | undefined;
}

/** Our way to say it, where that is not Falco's message at the context's place. */
export interface OwnWords {
  readonly message?: string;
  readonly hint?: string;
  readonly source?: Source;
  readonly span?: Span;
}

/** Our words for Falco's message, or the diagnostics that stand for it. */
export type Own = OwnWords | readonly Diagnostic[];

/** Takes problems. */
export interface Reporter {
  error(code: ErrorCode, message: string, context: ItemContext, own?: Own): void;
  warning(code: WarningCode, message: string, context: ItemContext, own?: Own): void;
  /**
   * One of DEPRECATED_FIELDS, or of old-fields.ts. Without a message: the one that Falco has for
   * the field.
   */
  deprecatedField(field: string, context: ItemContext, own: Own, message?: string): void;
  /** A diagnostic that Falco has no counterpart of. */
  own(diagnostic: Diagnostic): void;
}

/** Keeps problems, to report them again where the same thing is looked at again. */
export class ProblemLog implements Reporter {
  readonly #entries: ((reporter: Reporter) => void)[] = [];

  error(code: ErrorCode, message: string, context: ItemContext, own?: Own): void {
    this.#entries.push((reporter) => reporter.error(code, message, context, own));
  }

  warning(code: WarningCode, message: string, context: ItemContext, own?: Own): void {
    this.#entries.push((reporter) => reporter.warning(code, message, context, own));
  }

  deprecatedField(field: string, context: ItemContext, own: Own, message?: string): void {
    this.#entries.push((reporter) => reporter.deprecatedField(field, context, own, message));
  }

  own(diagnostic: Diagnostic): void {
    this.#entries.push((reporter) => reporter.own(diagnostic));
  }

  get isEmpty(): boolean {
    return this.#entries.length === 0;
  }

  replay(reporter: Reporter): void {
    for (const report of this.#entries) report(reporter);
  }
}

/** Problems of one file that are kept: a file with more is not a rules file. */
const DIAGNOSTICS_MAX = 1000;

/** Collects the problems of one file. */
export class FileReport implements Reporter {
  readonly name: string;
  /** At most one: Falco stops there. */
  readonly errors: FalcoErrorEntry[] = [];
  readonly warnings: FalcoWarningEntry[] = [];
  /**
   * One line per document that was checked against the schema, or its problems; empty without a
   * document.
   */
  schemaStatus: readonly string[] = [];
  readonly #diagnostics = new Map<string, Diagnostic>();
  /** Those that were named: once is enough. */
  readonly #oldFields = new Set<string>();

  constructor(name: string) {
    this.name = name;
  }

  get successful(): boolean {
    return this.errors.length === 0;
  }

  /** 'ok' or 'failed' for the first document; 'none' when there was nothing to check. */
  get schemaValidation(): 'ok' | 'failed' | 'none' {
    const [first] = this.schemaStatus;
    if (first === undefined) return 'none';
    return first === 'ok' ? 'ok' : 'failed';
  }

  get diagnostics(): readonly Diagnostic[] {
    return [...this.#diagnostics.values()];
  }

  error(code: ErrorCode, message: string, context: ItemContext, own?: Own): void {
    if (this.successful) this.errors.push({ code, message, context });
    this.#addOwn('error', { code, message, context }, own);
  }

  warning(code: WarningCode, message: string, context: ItemContext, own?: Own): void {
    if (this.successful) {
      this.warnings.push({ code, message, context, deprecatedField: undefined });
    }
    this.#addOwn('warning', { code, message, context }, own);
  }

  deprecatedField(
    field: string,
    context: ItemContext,
    own: Own,
    message: string = DEPRECATED_FIELDS.get(field) ?? '',
  ): void {
    const code = 'LOAD_DEPRECATED_ITEM';
    if (!DEPRECATED_FIELDS.has(field)) {
      if (this.#oldFields.has(field)) return;
      this.#oldFields.add(field);
    }
    if (this.successful) this.warnings.push({ code, message, context, deprecatedField: field });
    this.#addOwn('warning', { code, message, context }, own);
  }

  /** The same one twice counts once. */
  own(diagnostic: Diagnostic): void {
    if (this.#diagnostics.size >= DIAGNOSTICS_MAX) return;
    const { code, message, source, span } = diagnostic;
    const key = `${source.name}\0${span.start}\0${code}\0${message}`;
    if (!this.#diagnostics.has(key)) this.#diagnostics.set(key, diagnostic);
  }

  /** What stands in `own` goes before what Falco says. */
  #addOwn(
    severity: Diagnostic['severity'],
    falco: { readonly code: string; readonly message: string; readonly context: ItemContext },
    own: Own = {},
  ): void {
    if (isDiagnostics(own)) {
      for (const diagnostic of own) this.own(diagnostic);
      return;
    }
    const { code, context } = falco;
    const { message = falco.message, hint, source = context.source, span = context.span } = own;
    const clipped = {
      start: Math.min(span.start, source.text.length),
      end: Math.min(span.end, source.text.length),
    };
    const base = { code, severity, message: sentence(message), source, span: clipped };
    this.own(hint === undefined ? base : { ...base, hint });
  }
}

/** Falco ends some messages with a full stop, diagnostics do not. */
function sentence(message: string): string {
  return message.replace(/\.$/, '');
}

function isDiagnostics(own: Own): own is readonly Diagnostic[] {
  return Array.isArray(own);
}
