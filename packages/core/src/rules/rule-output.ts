/** The output of a rule: its template with what the configuration appends. */

import { Source } from '../base/source.ts';
import type { Template } from '../lang/ast.ts';
import type { FieldCatalogue } from '../lang/field-catalogue.ts';
import { type ParsedTemplate, parseTemplate } from '../lang/template.ts';
import { extraFieldsOf, extraFormats } from './append-output.ts';
import type { RuleEntry } from './collection.ts';
import type { CompileOptions } from './compile-options.ts';
import { inFile } from './conditions.ts';
import { DEPRECATED_FIELDS } from './result/codes.ts';
import type { Reporter } from './result/file-report.ts';
import { OLD_FIELDS_IN_OUTPUT, oldFieldText } from './result/old-fields.ts';
import type { ExtraField, Rule } from './rule.ts';
import { SplicedText } from './spliced-text.ts';

/**
 * Up to Falco 0.40 this stood for the container's name and id. Falco drops it since; here it keeps
 * its meaning.
 */
const CONTAINER_INFO = '%container.info';
const CONTAINER_INFO_FORMAT = '%container.name (id=%container.id)';

export type RuleOutput = Pick<Rule, 'output' | 'outputText' | 'extraFields'>;

/**
 * Undefined when it is in error; 'skipped' when a field is unknown and the rule says that it is
 * then left out.
 */
export function compileOutput(
  entry: RuleEntry,
  options: CompileOptions,
  reporter: Reporter,
): RuleOutput | 'skipped' | undefined {
  const source = options.sources.get(entry.source);
  if (source === undefined) return undefined;
  const { catalogue, suggestedFields = [] } = source;
  const appended = options.appendOutput ?? [];
  const formats = extraFormats(appended, entry, suggestedFields).map((format) => ` ${format}`);
  const text = expandContainerInfo(
    SplicedText.concat([entry.output.trimmed(), ...formats]),
    entry,
    reporter,
  );
  const parsed = parseTemplate(new Source(`output of rule "${entry.name}"`, text.text), catalogue);
  const error = parsed.falcoError?.message ?? '';
  if (parsed.template === undefined && entry.skipIfUnknownFilter && isUnknownFilter(error)) {
    reporter.warning('LOAD_UNKNOWN_FILTER', error, entry.outputContext, {
      message: `the output uses a field that is not known, so rule "${entry.name}" is left out`,
    });
    return 'skipped';
  }
  reportTemplate(parsed, text, entry, reporter);
  warnDeprecated(text.text, entry, reporter);
  const extraFields = compileExtraFields(entry, appended, catalogue, reporter);
  if (parsed.template === undefined || extraFields === undefined) return undefined;
  const output = { output: parsed.template, outputText: text.text };
  return extraFields.length === 0 ? output : { ...output, extraFields };
}

/** The errors that `skip-if-unknown-filter` forgives. */
export function isUnknownFilter(falcoMessage: string): boolean {
  return /nonexistent field|invalid formatting token|unknown event type|unknown filter:/.test(
    falcoMessage,
  );
}

function expandContainerInfo(text: SplicedText, entry: RuleEntry, reporter: Reporter): SplicedText {
  if (!text.text.includes(CONTAINER_INFO)) return text;
  reporter.warning(
    'LOAD_DEPRECATED_ITEM',
    '%container.info is deprecated and no more useful, and will be dropped by Falco 1.0.0. The container plugin will automatically add required fields to the output message.',
    entry.context,
    {
      message: '%container.info is deprecated',
      hint: `write ${CONTAINER_INFO_FORMAT}`,
      span: entry.outputContext.span,
    },
  );
  return text.replaced(CONTAINER_INFO, CONTAINER_INFO_FORMAT);
}

function reportTemplate(
  { diagnostics, falcoError }: ParsedTemplate,
  text: SplicedText,
  entry: RuleEntry,
  reporter: Reporter,
): void {
  const own = diagnostics.map((diagnostic) => inFile(diagnostic, text));
  if (falcoError === undefined) for (const diagnostic of own) reporter.own(diagnostic);
  else reporter.error('LOAD_ERR_COMPILE_OUTPUT', falcoError.message, entry.outputContext, own);
}

function warnDeprecated(text: string, entry: RuleEntry, reporter: Reporter): void {
  for (const field of DEPRECATED_FIELDS.keys()) {
    if (!text.includes(field)) continue;
    const message = `usage of deprecated field '${field}' has been detected in the rule output`;
    const own = { message: `the output uses the deprecated field "${field}"` };
    reporter.deprecatedField(field, entry.outputContext, own, message);
  }
  for (const [, field = ''] of text.matchAll(OLD_FIELDS_IN_OUTPUT)) {
    const message = oldFieldText(field) ?? '';
    reporter.deprecatedField(field, entry.outputContext, { message }, message);
  }
}

/**
 * Undefined when one is in error: the configuration is wrong then, and every rule that it applies
 * to says so.
 */
function compileExtraFields(
  entry: RuleEntry,
  appended: Parameters<typeof extraFieldsOf>[0],
  catalogue: FieldCatalogue,
  reporter: Reporter,
): readonly ExtraField[] | undefined {
  const fields: ExtraField[] = [];
  let failed = false;
  for (const field of extraFieldsOf(appended, entry)) {
    const name = `append_output field "${field.key}"`;
    const parsed = parseTemplate(new Source(name, field.templateText), catalogue);
    const template: Template | undefined = parsed.template;
    if (template === undefined) {
      const message = parsed.falcoError?.message ?? 'invalid template';
      reporter.error('LOAD_ERR_COMPILE_OUTPUT', message, entry.outputContext, {
        message: `${name} of the configuration: ${parsed.diagnostics[0]?.message ?? message}`,
      });
      failed = true;
      continue;
    }
    warnDeprecated(field.templateText, entry, reporter);
    fields.push({ ...field, template });
  }
  return failed ? undefined : fields;
}
