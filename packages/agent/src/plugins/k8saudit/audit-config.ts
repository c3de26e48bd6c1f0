/**
 * init_config of the k8saudit plugin: Falco's keys with their defaults, and two of our own for a
 * token that API servers must send.
 */

import { readFileSync } from 'node:fs';
import { reasonOf } from '../../host/errno.ts';

export interface AuditConfig {
  /** PEM file with certificate and key, for https. */
  readonly certificate: string;
  /** Events that are larger are dropped. */
  readonly eventBytesMax: number;
  /** Bodies of requests, and lines of files, that are larger are refused. */
  readonly payloadBytesMax: number;
  /** Where the token is that requests must carry. */
  readonly token: TokenPlace;
}

export type TokenPlace =
  | { readonly kind: 'none' }
  | { readonly kind: 'given'; readonly token: string }
  | { readonly kind: 'file'; readonly path: string };

/** As much as the queue of a source takes of one event. */
const EVENT_BYTES_LIMIT: number = 16 << 20;
/** Four of them may be under way together, and each is held twice for a moment. */
const PAYLOAD_BYTES_LIMIT: number = 256 << 20;

const schema = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  type: 'object',
  properties: {
    sslCertificate: {
      type: 'string',
      title: 'SSL certificate',
      description: 'PEM file with certificate and key for https',
      default: '/etc/falco/falco.pem',
    },
    useAsync: {
      type: 'boolean',
      title: 'Asynchronous extraction',
      description: 'Accepted as Falco has it, without effect: fields are read in place',
      default: true,
    },
    maxEventSize: {
      type: 'integer',
      title: 'Maximum event size',
      description: 'Events of more bytes are dropped',
      minimum: 1,
      maximum: EVENT_BYTES_LIMIT,
      default: 262_144,
    },
    webhookMaxBatchSize: {
      type: 'integer',
      title: 'Maximum webhook request size',
      description: 'Bodies of more bytes are refused, as are lines of files',
      minimum: 1,
      maximum: PAYLOAD_BYTES_LIMIT,
      default: 12_582_912,
    },
    webhookToken: {
      type: 'string',
      title: 'Bearer token',
      description: 'Requests to the webhook must carry it. Only in Saker',
    },
    webhookTokenFile: {
      type: 'string',
      title: 'File of the bearer token',
      description: 'Holds what webhookToken would. Only in Saker',
    },
  },
} as const;

export const auditConfigSchema: Readonly<Record<string, unknown>> = schema;

/** Throws an Error that says what is wrong with the configuration. */
export function readAuditConfig(config: unknown): AuditConfig {
  const keys = keysOf(config);
  const { properties } = schema;
  const certificate = textOf(keys, 'sslCertificate') ?? properties.sslCertificate.default;
  if (typeof (keys['useAsync'] ?? true) !== 'boolean')
    throw new Error('useAsync: expected a boolean');
  return {
    certificate,
    eventBytesMax: numberOf(keys, 'maxEventSize'),
    payloadBytesMax: numberOf(keys, 'webhookMaxBatchSize'),
    token: tokenPlace(keys),
  };
}

type Keys = Readonly<Record<string, unknown>>;

/** A map, or the text of one; nothing at all is an empty one. */
function keysOf(config: unknown): Keys {
  let value: unknown = config ?? {};
  if (typeof value === 'string') {
    try {
      value = value.trim() === '' ? {} : JSON.parse(value);
    } catch (cause) {
      throw new Error(`init_config is no JSON: ${reasonOf(cause)}`, { cause });
    }
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  throw new Error('init_config: expected an object');
}

function textOf(keys: Keys, key: string): string | undefined {
  const value = keys[key];
  if (value === undefined || typeof value === 'string') return value;
  throw new Error(`${key}: expected a string`);
}

function numberOf(keys: Keys, key: 'maxEventSize' | 'webhookMaxBatchSize'): number {
  const { minimum, maximum, default: byDefault } = schema.properties[key];
  const value = keys[key] ?? byDefault;
  const isFine = typeof value === 'number' && Number.isInteger(value);
  if (isFine && value >= minimum && value <= maximum) return value;
  throw new Error(`${key}: expected a whole number from ${minimum} to ${maximum}`);
}

function tokenPlace(keys: Keys): TokenPlace {
  const token = textOf(keys, 'webhookToken');
  const path = textOf(keys, 'webhookTokenFile');
  if (token !== undefined && path !== undefined) {
    throw new Error('webhookToken and webhookTokenFile are both given: leave one of them out');
  }
  if (path !== undefined) return { kind: 'file', path };
  return token === undefined
    ? { kind: 'none' }
    : { kind: 'given', token: usableToken(token, 'webhookToken') };
}

/**
 * What requests must carry; undefined: nothing. A file is read now, so that a source that is opened
 * again has a new token. Throws an Error, which never shows a token.
 */
export function readToken({ token: place }: AuditConfig): string | undefined {
  if (place.kind === 'none') return undefined;
  if (place.kind === 'given') return place.token;
  const { path } = place;
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    throw new Error(`webhookTokenFile ${path} cannot be read: ${reasonOf(cause)}`, { cause });
  }
  return usableToken(text.trim(), `webhookTokenFile ${path}`);
}

/** What an Authorization header can carry. */
function usableToken(token: string, origin: string): string {
  if (/^[!-~]+$/.test(token)) return token;
  throw new Error(`${origin}: a token is one word of printable ASCII`);
}
