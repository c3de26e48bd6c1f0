/**
 * What is allowed in a condition but hardly meant. Falco warns of the first three; it places them
 * at the right side.
 */

import type { Literal, Operator } from './ast.ts';
import type { FieldCatalogue, FieldFacts } from './field-catalogue.ts';
import { TRANSFORMER_WORDS } from './transformers.ts';

export interface CheckWarning {
  readonly code: string;
  readonly message: string;
  readonly hint?: string | undefined;
  /** What Falco says, if it says something. */
  readonly falco?: string;
}

export function literalWarnings(
  literal: Literal,
  operator: Operator,
  catalogue: FieldCatalogue,
): CheckWarning[] {
  const { text } = literal;
  const warnings: CheckWarning[] = [];
  if (operator === 'regex' && isSimplePattern(text)) warnings.push(simplePattern(text));
  const squeezed = text.replace(/[ \t\n\v\f\r]/g, '');
  if (isField(squeezed, catalogue)) warnings.push(fieldAsText(text, squeezed));
  if (!squeezed.endsWith(')')) return warnings;
  for (const word of TRANSFORMER_WORDS) {
    if (squeezed.startsWith(`${word}(`)) warnings.push(transformerAsText(text));
  }
  return warnings;
}

const special = '.+*?^$()[]{}|\\';
const repetitions = '+*?';

/**
 * Without operators in its middle a pattern says no more than `contains`, `startswith` or
 * `endswith`.
 */
function isSimplePattern(pattern: string): boolean {
  const last = pattern.length - 1;
  for (let at = 0; at <= last; at++) {
    const char = pattern[at] ?? '';
    if ((at === 0 && char === '^') || (at === last && char === '$')) continue;
    const atEdge = (at === 0 && last > 0) || at === last - 1;
    if (atEdge && char === '.' && repetitions.includes(pattern[at + 1] ?? 'x')) {
      at++;
      continue;
    }
    if (special.includes(char)) return false;
  }
  return true;
}

function simplePattern(pattern: string): CheckWarning {
  return {
    code: 'simple-regex',
    message: `the pattern '${pattern}' needs no regular expression`,
    hint: "'=', 'contains', 'startswith' and 'endswith' are faster",
    falco:
      `regex check with '${pattern}' may be optimized with simpler operators such as ` +
      "'=', 'contains', 'startswith', 'endswith'",
  };
}

const fieldForm = /^[a-zA-Z][a-zA-Z0-9_]*(?:\.[a-zA-Z][a-zA-Z0-9_]*)+(?:\[[^\]]*\])?$/;

function isField(text: string, catalogue: FieldCatalogue): boolean {
  if (!fieldForm.test(text)) return false;
  const bracket = text.indexOf('[');
  const name = bracket < 0 ? text : text.slice(0, bracket);
  const argument = bracket < 0 ? undefined : text.slice(bracket + 1, -1);
  const span = { start: 0, end: text.length };
  return !('problem' in catalogue.resolve({ kind: 'field', name, argument, span }));
}

function fieldAsText(text: string, field: string): CheckWarning {
  return {
    code: 'field-as-text',
    message: `'${text}' is compared as a text, but it is also the name of a field`,
    hint: `write val(${field}) for the field's value`,
    falco: `'${text}' may be a valid field misused as a const string value`,
  };
}

function transformerAsText(text: string): CheckWarning {
  return {
    code: 'transformer-as-text',
    message: `'${text}' is compared as a text, but it looks like a transformer`,
    hint: 'write it without quotes',
    falco: `'${text}' may be a valid field transformer misused as a const string value`,
  };
}

export function wrappedNumber(message: string): CheckWarning {
  return { code: 'number-out-of-range', message };
}

export function printOnlyField(field: FieldFacts): CheckWarning {
  return {
    code: 'print-only-field',
    message: `${field.name} is meant for outputs; in a condition it is not reliable`,
  };
}

export function filterOnlyField(field: FieldFacts): CheckWarning {
  return {
    code: 'filter-only-field',
    message: `${field.name} prints nothing: it is for conditions only`,
  };
}

export function unknownSyscallType(name: string): CheckWarning {
  return {
    code: 'unknown-event-type',
    message: `'${name}' is not the name of a system call, so syscall.type is never equal to it`,
  };
}
