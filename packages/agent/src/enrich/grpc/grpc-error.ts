/** What a gRPC service answers instead of a message. */

/** https://grpc.io/docs/guides/status-codes: those that something here depends on. */
export const GrpcStatus = {
  OK: 0,
  UNKNOWN: 2,
  INVALID_ARGUMENT: 3,
  DEADLINE_EXCEEDED: 4,
  NOT_FOUND: 5,
  RESOURCE_EXHAUSTED: 8,
  UNIMPLEMENTED: 12,
  INTERNAL: 13,
  UNAVAILABLE: 14,
} as const;

export class GrpcError extends Error {
  override readonly name = 'GrpcError';
  /** One of `GrpcStatus`, or another one of the protocol. */
  readonly code: number;

  constructor(code: number, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

export function isGrpcStatus(error: unknown, code: number): boolean {
  return error instanceof GrpcError && error.code === code;
}
