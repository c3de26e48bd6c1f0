/** Rules name the same few fields over and over; each is looked up once per load. */

import type { FieldCatalogue, FieldFacts, FieldProblem } from '../lang/field-catalogue.ts';

export function cachedCatalogue(catalogue: FieldCatalogue): FieldCatalogue {
  const resolved = new Map<string, FieldFacts | FieldProblem>();
  return {
    ...(catalogue.eventTypes && { eventTypes: () => catalogue.eventTypes?.() ?? [] }),
    resolve: (reference) => {
      const { name, argument } = reference;
      const key = argument === undefined ? name : `${name}[${argument}`;
      const known = resolved.get(key);
      if (known !== undefined) return known;
      const found = catalogue.resolve(reference);
      resolved.set(key, found);
      return found;
    },
    longestField: (text) => catalogue.longestField(text),
    isEventType: (name) => catalogue.isEventType(name),
    names: () => catalogue.names(),
  };
}
