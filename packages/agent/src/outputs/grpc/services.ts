/**
 * The services that Falco offered up to 0.43: `falco.outputs.service` and `falco.version.service`,
 * as its outputs.proto, schema.proto and version.proto describe them.
 */

import type {
  handleBidiStreamingCall,
  handleServerStreamingCall,
  handleUnaryCall,
  MethodDefinition,
} from '@grpc/grpc-js';

/** What `falco.version.service` says. */
export interface ServedVersions {
  /** Of Falco, whose place is taken: `0.44.1`. */
  readonly version: string;
  /** Of the rule engine: `0.63.0`. */
  readonly engineVersion: string;
  /** Of the fields that rules can use. */
  readonly fieldsChecksum: string;
}

/** A request has no fields: what is in it is passed over. */
export type EmptyRequest = Readonly<Record<string, never>>;

export interface OutputsHandlers {
  readonly sub: handleBidiStreamingCall<EmptyRequest, Uint8Array>;
  readonly get: handleServerStreamingCall<EmptyRequest, Uint8Array>;
}

export interface VersionHandlers {
  readonly version: handleUnaryCall<EmptyRequest, Uint8Array>;
}

type Method = MethodDefinition<EmptyRequest, Uint8Array>;

/** Messages are encoded where they are made: alert-message.ts, version-message.ts. */
function method(path: string, requestStream: boolean, responseStream: boolean): Method {
  return {
    path,
    requestStream,
    responseStream,
    requestSerialize: () => Buffer.alloc(0),
    requestDeserialize: () => ({}),
    responseSerialize: (message) => Buffer.from(message),
    responseDeserialize: (bytes) => bytes,
  };
}

export const outputsService: Readonly<Record<'sub' | 'get', Method>> = {
  sub: method('/falco.outputs.service/sub', true, true),
  get: method('/falco.outputs.service/get', false, true),
};

export const versionService: Readonly<Record<'version', Method>> = {
  version: method('/falco.version.service/version', false, false),
};
