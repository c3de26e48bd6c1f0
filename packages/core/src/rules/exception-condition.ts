/**
 * Joins the exceptions of a rule to its condition, as text, because that is what an exception is:
 * its values may be lists, `(a, b)` or `val(field)`, and the fields may have transformers. The text
 * is that of Falco, except that values which would not survive as bare words get quotes.
 */

import { operatorsOf } from '../lang/operators.ts';
import { isBare, quote } from '../lang/quoting.ts';
import { TRANSFORMERS } from '../lang/transformers.ts';
import type { ExceptionEntry, ExceptionNode } from './collection.ts';
import { isModifiedOperator, isSequence, textOf } from './exceptions.ts';
import type { Reporter } from './result/file-report.ts';
import { SplicedText } from './spliced-text.ts';

type Part = SplicedText | string;

/**
 * `(condition) and not ... and not ...`; the condition alone without exceptions; undefined when
 * values do not fit their fields, which is then reported.
 */
export function withExceptions(
  condition: SplicedText,
  exceptions: readonly ExceptionEntry[],
  report: Reporter,
): SplicedText | undefined {
  if (exceptions.length === 0) return condition;
  const parts: Part[] = ['(', condition, ')'];
  for (const exception of exceptions) {
    const matches = isSequence(exception.fields)
      ? tupleMatches(exception, exception.fields, report)
      : valueMatches(exception, report);
    if (matches === undefined) return undefined;
    if (matches.length > 0) parts.push(' and not ', SplicedText.concat(matches));
  }
  return SplicedText.concat(parts);
}

/** `(field comparison (v1, v2))`; nothing without values. */
function valueMatches(exception: ExceptionEntry, report: Reporter): Part[] | undefined {
  const { fields, comps, values, context } = exception;
  const parts: Part[] = [];
  for (const value of values) {
    if (isSequence(value)) {
      const message = 'Expected values array to contain a list of strings';
      report.error('LOAD_ERR_VALIDATE', message, context, {
        message: `the values of exception "${exception.name}" must be single values, as "fields" is a single field`,
      });
      return undefined;
    }
    if (parts.length === 0) parts.push('(', bare(fields), ` ${textOf(comps)} (`);
    else parts.push(', ');
    parts.push(quotedWhereNeeded(value));
  }
  if (parts.length > 0) parts.push('))');
  return parts;
}

/** `(( f1 c1 v1 and  f2 c2 v2) or (...))`; nothing without values. */
function tupleMatches(
  exception: ExceptionEntry,
  fields: readonly ExceptionNode[],
  report: Reporter,
): Part[] | undefined {
  const comps = isSequence(exception.comps) ? exception.comps : [];
  const parts: Part[] = [];
  for (const tuple of exception.values) {
    const elements = isSequence(tuple) ? tuple : [];
    if (elements.length !== fields.length) {
      const message = 'Fields and values lists must have equal length';
      const span = isSequence(tuple) ? undefined : tuple.origin?.scalar;
      report.error('LOAD_ERR_VALIDATE', message, exception.context, {
        message: `a value of exception "${exception.name}" has ${elements.length} elements for ${fields.length} fields`,
        ...(span && { span }),
      });
      return undefined;
    }
    parts.push(parts.length === 0 ? '((' : ' or (');
    for (const [index, field] of fields.entries()) {
      const comparison = textOf(comps[index] ?? []);
      if (index > 0) parts.push(' and ');
      parts.push(' ', bare(field), ` ${comparison} `, ...element(elements[index], comparison));
    }
    parts.push(')');
  }
  if (parts.length > 0) parts.push(')');
  return parts;
}

function element(value: ExceptionNode | undefined, comparison: string): Part[] {
  if (value === undefined) return [];
  if (isSequence(value)) {
    const items = value.flatMap((item, index) =>
      index === 0 ? [quotedWhereNeeded(item)] : [', ', quotedWhereNeeded(item)],
    );
    return ['(', ...items, ')'];
  }
  if (!takesList(comparison)) return [quotedWhereNeeded(value)];
  if (value.text.startsWith('(')) return [bare(value)];
  return ['(', quotedWhereNeeded(value), ')'];
}

function takesList(comparison: string): boolean {
  return (
    operatorsOf('list').some(({ token }) => token === comparison) || isModifiedOperator(comparison)
  );
}

function bare(node: ExceptionNode): Part {
  if (isSequence(node)) return '';
  return node.origin === undefined ? node.text : SplicedText.madeFrom(node.origin, node.text);
}

/** `val(field)` or a transformer around a field. */
const CALL = new RegExp(`^(?:val|${TRANSFORMERS.map(({ name }) => name).join('|')})\\(.*\\)$`, 's');

function quotedWhereNeeded(node: ExceptionNode): Part {
  if (isSequence(node)) return '';
  const { text, origin } = node;
  const asIs = /^["']/.test(text) || isBare(text) || CALL.test(text);
  const written = asIs ? text : quote(text);
  return origin === undefined ? written : SplicedText.madeFrom(origin, written);
}
