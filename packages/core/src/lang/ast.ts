/**
 * The condition language as a tree. Spans are offsets into the source text that was parsed. Nodes
 * are never changed after parsing: phases hand on maps or new trees.
 */

import type { Span } from '../base/source.ts';

/** `not` binds tightest, then `and`, then `or`. */
export type Expr = AndExpr | OrExpr | NotExpr | CompareExpr | ExistsExpr | MacroExpr;

export interface AndExpr {
  readonly kind: 'and';
  readonly items: readonly Expr[];
  readonly span: Span;
}
export interface OrExpr {
  readonly kind: 'or';
  readonly items: readonly Expr[];
  readonly span: Span;
}
export interface NotExpr {
  readonly kind: 'not';
  readonly item: Expr;
  readonly span: Span;
}
/** An undotted name: a reference to a macro. */
export interface MacroExpr {
  readonly kind: 'macro';
  readonly name: string;
  readonly span: Span;
}
export interface ExistsExpr {
  readonly kind: 'exists';
  readonly left: Operand;
  readonly span: Span;
}
export interface CompareExpr {
  readonly kind: 'compare';
  readonly left: Operand;
  readonly operator: Operator;
  readonly operatorSpan: Span;
  readonly modifier: Modifier | undefined;
  readonly right: Right;
  readonly span: Span;
}

export type NumericOperator = '<' | '<=' | '>' | '>=';
export type StringOperator =
  | '='
  | '!='
  | 'glob'
  | 'iglob'
  | 'contains'
  | 'icontains'
  | 'bcontains'
  | 'startswith'
  | 'bstartswith'
  | 'endswith'
  | 'regex';
export type ListOperator = 'in' | 'intersects' | 'pmatch';
/** `==` is parsed as `=`. */
export type Operator = NumericOperator | StringOperator | ListOperator;
export type Modifier = 'oneof' | 'anyof' | 'allof';

/**
 * What stands at the left of an operator, inside a transformer, or at the right through `val()`.
 */
export type Operand = FieldRef | TransformRef;

export interface FieldRef {
  readonly kind: 'field';
  /** The dotted name as written, without brackets: `proc.aname`, `evt.arg.name`. */
  readonly name: string;
  /** What stood in brackets, unquoted; undefined without brackets. */
  readonly argument: string | undefined;
  readonly span: Span;
}

export type TransformerName =
  | 'tolower'
  | 'toupper'
  | 'b64'
  | 'basename'
  | 'len'
  | 'join'
  | 'concat'
  | 'getopt';

export interface TransformRef {
  readonly kind: 'transform';
  readonly name: TransformerName;
  readonly args: readonly TransformArgument[];
  /** Only for getopt: `getopt(...)[c]`. */
  readonly argument: string | undefined;
  readonly span: Span;
}
export type TransformArgument = Operand | Literal | LiteralList;
export interface LiteralList {
  readonly kind: 'list';
  readonly items: readonly TransformArgument[];
  readonly span: Span;
}

/** A value at the right. `quoted` decides how it prints and whether it can be a list's name. */
export interface Literal {
  readonly kind: 'literal';
  /** Unicode text, unescaped; bytes written as \xHH are lone surrogates (quoting.ts). */
  readonly text: string;
  readonly quoted: boolean;
  readonly span: Span;
}
/** `(a, b, c)` at the right of a list operator or modifier. */
export interface List {
  readonly kind: 'values';
  readonly items: readonly Literal[];
  readonly span: Span;
}
/** `val(field)`, or a transformer, at the right. */
export interface Reference {
  readonly kind: 'reference';
  readonly operand: Operand;
  /** Written as val(...). */
  readonly val: boolean;
  readonly span: Span;
}
/** A bare name at the right of a list operator or modifier: the name of a list. */
export interface ListName {
  readonly kind: 'list-name';
  readonly name: string;
  readonly span: Span;
}
export type Right = Literal | List | Reference | ListName;

/** An output template: literal text and fields in turn. */
export interface Template {
  /**
   * Began with "*": fields without a value print `<NA>`; otherwise a missing one drops the line.
   */
  readonly keepAbsent: boolean;
  readonly parts: readonly TemplatePart[];
}
export type TemplatePart =
  | { readonly kind: 'text'; readonly text: string }
  | {
      readonly kind: 'operand';
      readonly operand: Operand;
      /** The key in output_fields, in Falco's spelling (template.ts). */
      readonly written: string;
      /** `%20proc.name`: padded or cut to so many bytes. */
      readonly width: number | undefined;
      readonly span: Span;
    };
