/**
 * What loading rules needs to know of the world: fields, event types, and the parts of the
 * configuration that concern rules.
 */

import type { FieldCatalogue } from '../lang/field-catalogue.ts';
import type { AppendOutput } from './append-output.ts';
import type { EventTypeIndex } from './event-types.ts';

/** A source of events, and what its rules may use. */
export interface SourceFields {
  readonly catalogue: FieldCatalogue;
  /** Fields that `append_output.suggested_output` appends, in order. */
  readonly suggestedFields?: readonly string[];
}

export interface CompileOptions {
  /** By name; rules of other sources are left out. */
  readonly sources: ReadonlyMap<string, SourceFields>;
  readonly eventTypes: EventTypeIndex;
  readonly appendOutput?: readonly AppendOutput[] | undefined;
}
