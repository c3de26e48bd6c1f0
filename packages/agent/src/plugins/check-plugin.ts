/** Whether what a plugin's `open` gave has the shape of the contract. */

import { SYSCALL_SOURCE } from '@saker/core/fields/field-classes.ts';
import { fieldKinds } from './field-value.ts';
import type { Plugin } from './plugin.ts';
import { PluginError } from './plugin-error.ts';

const ID_MAX = 0xffff_ffff;

/** A field's name in conditions: at least two words with dots between. */
const fieldName = /^[a-zA-Z][a-zA-Z0-9_]*(?:\.[a-zA-Z][a-zA-Z0-9_]*)+$/;

interface JsonObject {
  readonly [key: string]: unknown;
}

/** PluginError that names the first thing that is wrong. */
export function checkPlugin(plugin: string, opened: unknown): Plugin {
  const refuse = (reason: string): never => {
    throw new PluginError('shape', plugin, reason);
  };
  if (!isObject(opened)) return refuse('its "open" must give an object with capabilities');
  const { sourcing, extraction, parsing, asyncEvents } = opened;
  const capabilities = { sourcing, extraction, parsing, asyncEvents };
  for (const [name, value] of Object.entries(capabilities)) {
    if (value !== undefined && !isObject(value)) refuse(`"${name}" must be an object`);
  }
  if (isObject(sourcing)) checkSourcing(sourcing, refuse);
  if (isObject(extraction)) checkExtraction(extraction, refuse);
  if (isObject(parsing)) {
    checkNames(parsing, 'sources', refuse);
    checkFunctions('parsing', parsing, ['parse'], refuse);
  }
  if (isObject(asyncEvents)) checkAsyncEvents(asyncEvents, refuse);
  if (Object.values(capabilities).every((value) => value === undefined)) {
    refuse(`it has no capability: one of ${Object.keys(capabilities).join(', ')} is needed`);
  }
  return opened;
}

type Refuse = (reason: string) => never;

function checkSourcing(sourcing: JsonObject, refuse: Refuse): void {
  const { source, id } = sourcing;
  if (typeof source !== 'string' || source === '') {
    refuse(`"sourcing.source" must be the name of the source, found ${JSON.stringify(source)}`);
  }
  if (source === SYSCALL_SOURCE) {
    refuse(`"sourcing.source" is ${SYSCALL_SOURCE}, which is the source of system calls`);
  }
  if (!Number.isInteger(id) || Number(id) < 1 || Number(id) > ID_MAX) {
    refuse(`"sourcing.id" must be a whole number from 1 to ${ID_MAX}, found ${String(id)}`);
  }
  checkFunctions('sourcing', sourcing, ['open'], refuse);
}

function checkExtraction(extraction: JsonObject, refuse: Refuse): void {
  checkNames(extraction, 'sources', refuse);
  const { fields, classes } = extraction;
  if (Array.isArray(classes)) return;
  if (!Array.isArray(fields) || fields.length === 0) {
    return refuse('"extraction.fields" must be a list with at least one field');
  }
  const names = new Set<unknown>();
  for (const field of fields) {
    if (!isObject(field)) return refuse('every one of "extraction.fields" must be an object');
    checkField(field, refuse);
    if (names.has(field['name'])) refuse(`it has two fields "${String(field['name'])}"`);
    names.add(field['name']);
  }
}

function checkField(field: JsonObject, refuse: Refuse): void {
  const { name, type, description, argument } = field;
  if (typeof name !== 'string' || !fieldName.test(name)) {
    return refuse(`a field's name must be words with dots between, found ${JSON.stringify(name)}`);
  }
  if (typeof type !== 'string' || !Object.hasOwn(fieldKinds, type)) {
    const known = Object.keys(fieldKinds).join(', ');
    refuse(`field ${name}: "type" must be one of ${known}, found ${JSON.stringify(type)}`);
  }
  if (typeof description !== 'string' || description === '') {
    refuse(`field ${name} needs a "description"`);
  }
  if (typeof field['bind'] !== 'function') {
    refuse(`field ${name}: "bind" must be a function`);
  }
  if (argument === undefined) return;
  const isGiven = isObject(argument) && (argument['index'] === true || argument['key'] === true);
  if (!isGiven) refuse(`field ${name}: its "argument" must be an "index" or a "key"`);
}

function checkAsyncEvents(asyncEvents: JsonObject, refuse: Refuse): void {
  checkNames(asyncEvents, 'sources', refuse);
  checkNames(asyncEvents, 'names', refuse);
  const { names } = asyncEvents;
  if (Array.isArray(names) && names.length === 0) refuse('"asyncEvents.names" is empty');
  checkFunctions('asyncEvents', asyncEvents, ['start', 'stop'], refuse);
}

function checkNames(capability: JsonObject, key: string, refuse: Refuse): void {
  const names = capability[key];
  const isFine = Array.isArray(names) && names.every((name) => typeof name === 'string');
  if (!isFine) refuse(`"${key}" must be a list of names, found ${JSON.stringify(names)}`);
}

function checkFunctions(
  capability: string,
  value: JsonObject,
  keys: readonly string[],
  refuse: Refuse,
): void {
  for (const key of keys) {
    if (typeof value[key] !== 'function') refuse(`"${capability}.${key}" must be a function`);
  }
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null;
}
