/** For comparing trees: the same tree without places. */

export function stripSpans(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(stripSpans);
  if (typeof node !== 'object' || node === null) return node;
  return Object.fromEntries(
    Object.entries(node)
      .filter(([key]) => key !== 'span' && key !== 'operatorSpan')
      .map(([key, value]) => [key, stripSpans(value)]),
  );
}
