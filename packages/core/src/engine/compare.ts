/**
 * What each operator means for one value: the semantics of operators.json as functions made once
 * per comparison. Both evaluators use these, so a comparison means the same everywhere; they differ
 * in when they call them.
 */

import { toText } from '../base/byte-string.ts';
import type { ByteString } from '../base/host.ts';
import { type Net, netContains } from '../base/net.ts';
import { compileRegex } from '../base/regex.ts';
import type { Scalar } from '../fields/field.ts';
import type { Modifier, Operator } from '../lang/ast.ts';
import { compileGlob, lowerAscii } from './glob.ts';
import { hasResult } from './has-result.ts';
import { compilePathMatch } from './path-match.ts';

/** A literal in the form in which values of the field's type are compared. */
export type Comparand = Scalar | Net;
export type ScalarTest = (value: Scalar) => boolean;

/** A comparison with one right-hand value. The operator must be one that takes a single value. */
export function compileScalarTest(operator: Operator, right: Comparand): ScalarTest {
  if (typeof right === 'object') return netTest(operator, right);
  switch (operator) {
    case '=':
      return (value) => value === right;
    case '!=':
      return (value) => value !== right;
    case '<':
      return (value) => value < right;
    case '<=':
      return (value) => value <= right;
    case '>':
      return (value) => value > right;
    case '>=':
      return (value) => value >= right;
    default:
      return stringTest(operator, String(right));
  }
}

/** Networks of the other address family differ: true for `!=`, false otherwise. */
function netTest(operator: Operator, net: Net): ScalarTest {
  const equal = operator !== '!=';
  return (value) => typeof value === 'string' && netContains(net, value) === equal;
}

function stringTest(operator: Operator, right: ByteString): ScalarTest {
  const test = byteTest(operator, right);
  return (value) => typeof value === 'string' && test(value);
}

function byteTest(operator: Operator, right: ByteString): (value: ByteString) => boolean {
  switch (operator) {
    case 'contains':
      return (value) => value.includes(right);
    case 'startswith':
      return (value) => value.startsWith(right);
    case 'endswith':
      return (value) => value.endsWith(right);
    case 'icontains': {
      const lowered = lowerAscii(right);
      return (value) => lowerAscii(value).includes(lowered);
    }
    case 'glob':
      return compileGlob(right);
    case 'iglob':
      return compileGlob(right, true);
    case 'bcontains': {
      const bytes = bytesOfHex(right);
      return (value) => value.includes(bytes);
    }
    case 'bstartswith': {
      const bytes = bytesOfHex(right);
      return (value) => value.startsWith(bytes);
    }
    case 'regex':
      return regexTest(right);
    default:
      throw new Error(`assertion failed: operator ${operator} takes no single value`);
  }
}

/** The checker has refused patterns that do not compile, so a failure here is ours. */
function regexTest(pattern: ByteString): (value: ByteString) => boolean {
  const regex = compileRegex(toText(pattern));
  if ('error' in regex) throw new Error(`assertion failed: unchecked pattern: ${regex.error}`);
  return (value) => regex.matches(toText(value));
}

function bytesOfHex(hex: ByteString): ByteString {
  return hex.replace(/../g, (pair) => String.fromCharCode(Number.parseInt(pair, 16)));
}

/** `in` and `intersects` on one value: is it equal to an element? Networks contain. */
export function compileMembership(items: readonly Comparand[]): ScalarTest {
  const nets = items.filter((item) => typeof item === 'object');
  const plain = new Set<Scalar>(items.filter((item) => typeof item !== 'object'));
  if (nets.length === 0) return (value) => plain.has(value);
  return (value) =>
    plain.has(value) || (typeof value === 'string' && nets.some((net) => netContains(net, value)));
}

/** `pmatch`. */
export function compilePmatch(items: readonly Comparand[]): ScalarTest {
  const test = compilePathMatch(items.filter((item) => typeof item === 'string'));
  return (value) => typeof value === 'string' && test(value);
}

/** `operator modifier (items)` on one value. */
export function compileModified(
  operator: Operator,
  modifier: Modifier,
  items: readonly Comparand[],
): ScalarTest {
  if (operator === '=' && modifier === 'anyof') return compileMembership(items);
  const tests = items.map((item) => compileScalarTest(operator, item));
  if (modifier === 'anyof') return (value) => hasResult(tests, value, true);
  if (modifier === 'allof') return (value) => !hasResult(tests, value, false);
  return (value) => {
    let holds = 0;
    for (const test of tests) if (test(value)) holds++;
    return holds === 1;
  };
}
