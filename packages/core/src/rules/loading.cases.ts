/**
 * Loads rules in tests: with the real fields and event types, and short ways to look at results.
 */

import { ruleSources, syscallEventTypes } from '../engine/syscall-source.ts';
import { FieldTable } from '../fields/field-catalogue.ts';
import { type LoadOptions, type LoadResult, loadRules } from './load-rules.ts';
import type { FileReport } from './result/file-report.ts';
import type { Rule } from './rule.ts';

export const loadOptions: LoadOptions = {
  sources: ruleSources(new FieldTable()),
  eventTypes: syscallEventTypes,
  plugins: [{ name: 'container', version: '0.7.1' }],
};

/** Files are named `file-1.yaml`, `file-2.yaml`, in order. */
export function load(
  texts: string | readonly string[],
  options: Partial<LoadOptions> = {},
): LoadResult {
  const files = [texts].flat().map((text, index) => ({ name: `file-${index + 1}.yaml`, text }));
  return loadRules(files, { ...loadOptions, ...options });
}

export function lastFile(result: LoadResult): FileReport {
  const file = result.files.at(-1);
  if (file === undefined) throw new Error('nothing was loaded');
  return file;
}

/** `CODE: message` of Falco's error, or of each warning. */
export function errorOf(result: LoadResult): string | undefined {
  const [error] = lastFile(result).errors;
  return error && `${error.code}: ${error.message}`;
}

export function warningsOf(result: LoadResult): string[] {
  return lastFile(result).warnings.map(({ code, message }) => `${code}: ${message}`);
}

/** `file:line:column code: message`, with `(hint)` where there is one. */
export function diagnosticsOf(result: LoadResult): string[] {
  return result.diagnostics.map(({ source, span, code, message, hint }) => {
    const { line, column } = source.position(span.start);
    const suffix = hint === undefined ? '' : ` (${hint})`;
    return `${source.name}:${line}:${column} ${code}: ${message}${suffix}`;
  });
}

/** The only rule, or the one called `name`, of a load that must have been successful. */
export function ruleOf(result: LoadResult, name?: string): Rule {
  const { rules } = result.ruleSet;
  const rule = name === undefined ? rules[0] : rules.find((other) => other.name === name);
  if (!result.successful || rule === undefined) {
    throw new Error(`no rule: ${errorOf(result) ?? 'there is none of that name'}`);
  }
  return rule;
}

/** A rule with all that it must have; `keys` are lines of YAML, which come last. */
export function ruleText(name: string, condition: string, keys: readonly string[] = []): string {
  const lines = [
    `- rule: ${name}`,
    '  desc: a description',
    `  condition: ${condition}`,
    '  output: something happened',
    '  priority: INFO',
    ...keys.map((line) => `  ${line}`),
  ];
  return `${lines.join('\n')}\n`;
}
