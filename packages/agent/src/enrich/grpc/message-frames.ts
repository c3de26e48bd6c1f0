/** Messages of a gRPC stream: each has a flag (compressed or not) and its length before it. */

import { GrpcError, GrpcStatus } from './grpc-error.ts';

const HEADER_BYTES = 5;

/** Of a message for a request. */
export function frameMessage(message: Uint8Array): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt32BE(message.length, 1);
  return Buffer.concat([header, message]);
}

/** Cuts a stream of bytes into its messages. */
export class MessageFrames {
  readonly #bytesMax: number;
  #chunks: Uint8Array[] = [];
  #buffered = 0;
  /** Bytes until the next header or message is complete. */
  #needed = HEADER_BYTES;
  #inMessage = false;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  /** The messages that are complete now. GrpcError for one that is compressed or too long. */
  *push(chunk: Uint8Array): Generator<Uint8Array> {
    this.#chunks.push(chunk);
    this.#buffered += chunk.length;
    while (this.#buffered >= this.#needed) {
      const bytes = this.#take();
      if (this.#inMessage) {
        this.#inMessage = false;
        this.#needed = HEADER_BYTES;
        yield bytes;
      } else {
        this.#needed = this.#lengthOf(bytes);
        this.#inMessage = true;
      }
    }
  }

  #take(): Buffer {
    const all = Buffer.concat(this.#chunks);
    const rest = all.subarray(this.#needed);
    this.#chunks = rest.length === 0 ? [] : [rest];
    this.#buffered = rest.length;
    return all.subarray(0, this.#needed);
  }

  #lengthOf(header: Buffer): number {
    if (header[0] !== 0) {
      throw new GrpcError(GrpcStatus.INTERNAL, 'the message is compressed, which was not offered');
    }
    const length = header.readUInt32BE(1);
    if (length > this.#bytesMax) {
      const sizes = `a message of ${length} bytes, at most ${this.#bytesMax} are taken`;
      throw new GrpcError(GrpcStatus.RESOURCE_EXHAUSTED, sizes);
    }
    return length;
  }
}
