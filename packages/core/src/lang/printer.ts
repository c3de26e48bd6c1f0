/**
 * Trees to text, in one form: one blank around operators, `=` for `==`, quotes and parentheses only
 * where they are needed. Parsing the text gives the same tree again, spans aside.
 */

import type {
  CompareExpr,
  Expr,
  FieldRef,
  Literal,
  Operand,
  Right,
  TransformArgument,
  TransformRef,
} from './ast.ts';
import { isBare, isBareArgument, quote } from './quoting.ts';

/** Any part of a condition. */
export function print(node: Expr | Right | TransformArgument): string {
  switch (node.kind) {
    case 'field':
      return printField(node);
    case 'transform':
      return printTransform(node);
    case 'literal':
      return printLiteral(node);
    case 'list':
      return printTransformArgument(node);
    case 'values':
    case 'reference':
    case 'list-name':
      return printRight(node);
    default:
      return printCondition(node);
  }
}

export function printCondition(expr: Expr): string {
  switch (expr.kind) {
    case 'or':
      return expr.items.map((item) => printItem(item, item.kind === 'or')).join(' or ');
    case 'and':
      return expr.items.map((item) => printItem(item, isChain(item))).join(' and ');
    case 'not':
      // `not not x` would be read as x.
      return `not ${printItem(expr.item, isChain(expr.item) || expr.item.kind === 'not')}`;
    case 'macro':
      return expr.name;
    case 'exists':
      return `${printOperand(expr.left)} exists`;
    case 'compare':
      return printCompare(expr);
  }
}

function isChain(expr: Expr): boolean {
  return expr.kind === 'and' || expr.kind === 'or';
}

function printItem(item: Expr, parentheses: boolean): string {
  return parentheses ? `(${printCondition(item)})` : printCondition(item);
}

function printCompare({ left, operator, modifier, right }: CompareExpr): string {
  const words = [printOperand(left), operator, modifier, printRight(right)];
  return words.filter((word) => word !== undefined).join(' ');
}

function printRight(right: Right): string {
  switch (right.kind) {
    case 'literal':
      return printLiteral(right);
    case 'values':
      return `(${right.items.map(printLiteral).join(', ')})`;
    case 'reference':
      return right.val ? `val(${printOperand(right.operand)})` : printOperand(right.operand);
    case 'list-name':
      return right.name;
  }
}

function printOperand(operand: Operand): string {
  return operand.kind === 'field' ? printField(operand) : printTransform(operand);
}

function printField(field: FieldRef): string {
  return field.name + printArgument(field.argument);
}

function printTransform(transform: TransformRef): string {
  const args = transform.args.map(printTransformArgument).join(', ');
  return `${transform.name}(${args})${printArgument(transform.argument)}`;
}

function printTransformArgument(argument: TransformArgument): string {
  switch (argument.kind) {
    case 'literal':
      // Only numbers stand without quotes here.
      return argument.quoted ? quote(argument.text) : argument.text;
    case 'list':
      return `(${argument.items.map(printTransformArgument).join(', ')})`;
    case 'field':
    case 'transform':
      return printOperand(argument);
  }
}

function printArgument(argument: string | undefined): string {
  if (argument === undefined) return '';
  return `[${isBareArgument(argument) ? argument : quote(argument)}]`;
}

/** What was quoted stays quoted: without quotes it could be the name of a list. */
function printLiteral(literal: Literal): string {
  return literal.quoted || !isBare(literal.text) ? quote(literal.text) : literal.text;
}
