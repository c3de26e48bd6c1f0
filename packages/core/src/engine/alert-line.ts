/**
 * Alerts as the lines that outputs write, text or JSON: the contract of semantics.md section 9 with
 * everything that reads Falco's output. Lines end without a newline.
 */

import type { JsonValue } from '../fields/field.ts';
import { PRIORITIES } from '../rules/rule.ts';
import type { Alert } from './alert.ts';
import { INTERNAL_SOURCE } from './internal-alert.ts';

/** The json_* switches of the configuration; defaults are those of the shipped falco.yaml. */
export interface LineOptions {
  readonly json: boolean;
  readonly includeOutput: boolean;
  readonly includeMessage: boolean;
  readonly includeOutputFields: boolean;
  readonly includeTags: boolean;
}

export const DEFAULT_LINE_OPTIONS: LineOptions = {
  json: false,
  includeOutput: true,
  includeMessage: false,
  includeOutputFields: true,
  includeTags: true,
};

export function formatAlert(alert: Alert, options: LineOptions): string {
  if (alert.source === INTERNAL_SOURCE) {
    return options.json ? internalJson(alert) : internalText(alert);
  }
  return options.json ? jsonLine(alert, options) : escapeLine(outputText(alert));
}

/** `<time>: <Priority> <message>`. */
function outputText(alert: Alert): string {
  return `${alert.timeText}: ${PRIORITIES[alert.priority]} ${alert.message}`;
}

/**
 * As a JSON string without its quotes, so that no alert can forge a line or hide in control
 * characters.
 */
function escapeLine(line: string): string {
  return JSON.stringify(line).slice(1, -1);
}

/** Keys in alphabetical order, no blanks. */
function jsonLine(alert: Alert, options: LineOptions): string {
  const members = [member('hostname', alert.hostname)];
  if (options.includeMessage) members.push(member('message', alert.message));
  if (options.includeOutput) members.push(member('output', outputText(alert)));
  if (options.includeOutputFields) members.push(outputFieldsMember(alert));
  members.push(
    member('priority', PRIORITIES[alert.priority]),
    member('rule', alert.rule),
    member('source', alert.source),
  );
  if (options.includeTags) members.push(member('tags', alert.tags));
  members.push(member('time', alert.timeUtc));
  return `{${members.join(',')}}`;
}

/** The fields follow the message, in the form of JSON: nothing in the line can need escaping. */
function internalText(alert: Alert): string {
  const fields = [...alert.outputFields].map(([name, value]) => `${name}=${jsonText(value)}`);
  return `${outputText(alert)} (${fields.join(' ')})`;
}

/** Without tags and with everything else, whatever the switches say; `output` is the message. */
function internalJson(alert: Alert): string {
  const members = [
    member('hostname', alert.hostname),
    member('output', alert.message),
    outputFieldsMember(alert),
    member('priority', PRIORITIES[alert.priority]),
    member('rule', alert.rule),
    member('source', alert.source),
    member('time', alert.timeUtc),
  ];
  return `{${members.join(',')}}`;
}

function outputFieldsMember({ outputFields }: Alert): string {
  const fields = [...outputFields].map(([name, value]) => member(name, value));
  return `"output_fields":{${fields.join(',')}}`;
}

function member(name: string, value: JsonValue): string {
  return `${JSON.stringify(name)}:${jsonText(value)}`;
}

function jsonText(value: JsonValue): string {
  if (typeof value === 'object' && value !== null && 'raw' in value) return value.raw;
  return JSON.stringify(value);
}
