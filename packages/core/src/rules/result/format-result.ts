/**
 * Results of loading as Falco prints them: the text of `-V` and of the log, and the JSON of `-V`
 * with json_output.
 */

import { ERROR_TEXTS, WARNING_TEXTS } from './codes.ts';
import type { FalcoErrorEntry, FalcoWarningEntry, FileReport } from './file-report.ts';
import type { ItemContext } from './item-context.ts';

/** A value of a JSON document. */
export type Json = string | number | boolean | null | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}

/**
 * `name: Ok`, or everything that was found. Lines end with a line break, except the last of a file
 * without problems.
 */
export function formatReport(report: FileReport): string {
  const { errors, warnings, schemaStatus } = report;
  const lines = [headline(report)];
  if (report.schemaValidation === 'failed') {
    lines.push(`${schemaStatus.length} Schema warnings:`);
    for (const line of schemaStatus) lines.push('------', line);
    lines.push('------', '');
  }
  if (errors.length > 0) {
    lines.push(`${errors.length} Errors:`);
    for (const entry of errors) {
      lines.push(...place(entry.context));
      lines.push(`${entry.code} (${ERROR_TEXTS[entry.code]}): ${entry.message}`);
    }
    lines.push('');
  }
  if (warnings.length > 0) {
    lines.push(`${warnings.length} Warnings:`);
    for (const entry of warnings) {
      lines.push(...place(entry.context), `${warningHead(entry)}: ${entry.message}`);
    }
    lines.push('');
  }
  return lines.join('\n');
}

/**
 * What `-V` prints on stdout for all files, without the last line break: a file that has only
 * warnings gets its first line, as the warnings themselves go to the log.
 */
export function formatValidation(reports: readonly FileReport[]): string {
  return reports
    .map((report) =>
      report.successful && report.warnings.length > 0 ? headline(report) : formatReport(report),
    )
    .join('\n');
}

function headline({ name, successful, warnings }: FileReport): string {
  const status = successful ? 'Ok' : 'Invalid';
  const suffix = successful && warnings.length > 0 ? ', with warnings' : '';
  return `${name === '' ? '' : `${name}: `}${status}${suffix}`;
}

function warningHead({ code, deprecatedField }: FalcoWarningEntry): string {
  const text = WARNING_TEXTS[code][0];
  return deprecatedField === undefined
    ? `${code} (${text})`
    : `${code} (${text}: field '${deprecatedField}')`;
}

function place(context: ItemContext): string[] {
  const locations = context.locations().map(({ itemType, itemName, name, line, column }, index) => {
    const item = itemName === '' ? itemType : `${itemType} '${itemName}'`;
    return `${index === 0 ? 'In ' : '    '}${item}: (${name}:${line}:${column})`;
  });
  return [...locations, '------', `${context.snippet()}------`];
}

/**
 * The document of `-V` with json_output, keys sorted. `described`: with -L or -l, when all files
 * are in order.
 */
export function validationJson(reports: readonly FileReport[], described?: Json): JsonObject {
  const results = reports.map(reportJson);
  return described === undefined
    ? { falco_load_results: results }
    : { falco_describe_results: described, falco_load_results: results };
}

export function reportJson(report: FileReport): JsonObject {
  const { name, successful, errors, warnings, schemaStatus, schemaValidation } = report;
  const valid = schemaValidation === 'ok';
  return {
    errors: errors.map(errorJson),
    name,
    ...(schemaStatus.length > 0 && {
      schema_valid: valid,
      schema_warnings: valid ? [] : schemaStatus,
    }),
    successful,
    warnings: warnings.map(warningJson),
  };
}

function errorJson({ code, message, context }: FalcoErrorEntry): JsonObject {
  return { code, codedesc: ERROR_TEXTS[code], context: contextJson(context), message };
}

function warningJson({ code, message, context, deprecatedField }: FalcoWarningEntry): JsonObject {
  return {
    code,
    codedesc: WARNING_TEXTS[code][1],
    context: contextJson(context),
    ...(deprecatedField !== undefined && { deprecated_field: deprecatedField }),
    message,
  };
}

function contextJson(context: ItemContext): JsonObject {
  return {
    locations: context.locations().map(({ itemType, itemName, name, line, column, offset }) => ({
      item_name: itemName,
      item_type: itemType,
      position: { column, line, name, offset },
    })),
    snippet: context.snippet(),
  };
}
