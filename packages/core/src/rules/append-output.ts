/**
 * What the configuration adds to outputs (`append_output`): `extra_output` and suggested fields go
 * behind the message, `extra_fields` go to an alert's output_fields only.
 */

/**
 * An entry of `append_output`. All that it names must hold for a rule; what it leaves out always
 * holds.
 */
export interface AppendOutput {
  readonly source?: string | undefined;
  readonly tags?: readonly string[] | undefined;
  readonly rule?: string | undefined;
  /** Appended to the output. */
  readonly extraOutput?: string | undefined;
  /** Appends the fields that the source suggests: ` container_id=%container.id`. */
  readonly suggestedOutput?: boolean | undefined;
  readonly extraFields?: readonly ExtraOutputField[] | undefined;
}

export interface ExtraOutputField {
  /** The key in output_fields; for raw fields also the field. */
  readonly key: string;
  /** Undefined for a raw field. */
  readonly template?: string | undefined;
}

/** What entries are matched against. */
export interface OutputTarget {
  readonly name: string;
  readonly source: string;
  readonly tags: readonly string[];
}

function appliesTo(entry: AppendOutput, rule: OutputTarget): boolean {
  const { source = '', tags = [], rule: name = '' } = entry;
  if (source !== '' && source !== rule.source) return false;
  if (name !== '' && name !== rule.name) return false;
  return tags.every((tag) => rule.tags.includes(tag));
}

/** The formats that go behind the rule's output, in order. */
export function extraFormats(
  entries: readonly AppendOutput[],
  rule: OutputTarget,
  suggestedFields: readonly string[],
): string[] {
  const formats: string[] = [];
  for (const entry of entries) {
    if (!appliesTo(entry, rule)) continue;
    if (entry.extraOutput !== undefined && entry.extraOutput !== '')
      formats.push(entry.extraOutput);
    if (entry.suggestedOutput !== true) continue;
    for (const field of suggestedFields) formats.push(`${field.replaceAll('.', '_')}=%${field}`);
  }
  return formats;
}

/** By key, sorted; a later entry with the same key replaces an earlier one. */
export function extraFieldsOf(
  entries: readonly AppendOutput[],
  rule: OutputTarget,
): { readonly key: string; readonly templateText: string; readonly raw: boolean }[] {
  const fields = new Map<string, { key: string; templateText: string; raw: boolean }>();
  for (const entry of entries) {
    if (!appliesTo(entry, rule)) continue;
    for (const { key, template } of entry.extraFields ?? []) {
      const raw = template === undefined;
      fields.set(key, { key, templateText: raw ? `%${key}` : template, raw });
    }
  }
  return [...fields.values()].sort((left, right) => (left.key < right.key ? -1 : 1));
}
