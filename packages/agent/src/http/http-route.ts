/** What an HTTP thread answers, and who is asked for it. */

export interface Answer {
  readonly status: number;
  /** Content-Type; none for an empty body. */
  readonly type?: string;
  readonly body: string;
}

export interface AskedRequest {
  /** Content-Type, '' when there is none. */
  readonly type: string;
  /** The receiver's to keep. */
  readonly body: Uint8Array;
}

interface FixedRoute {
  readonly method: 'GET';
  readonly path: string;
  readonly answer: Answer;
}

/** The main thread is asked at the moment of the request. */
export interface AskingRoute {
  /**
   * GET: the same for all who ask at about the same time. POST: each body for itself, in the order
   * in which they were complete.
   */
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly ask: (request: AskedRequest) => Answer | Promise<Answer>;
  /** Bearer token that requests must carry; 401 otherwise. */
  readonly token?: string;
  /** Default: HttpLimits.bodyBytesMax. */
  readonly bodyBytesMax?: number;
  /** Of bodies that are longer; default: 413. */
  readonly tooLong?: Answer;
}

export type Route = FixedRoute | AskingRoute;

export const TEXT = 'text/plain; charset=utf-8';
export const JSON_TYPE = 'application/json';

/** For errors: one line of text. */
export function textAnswer(status: number, text: string): Answer {
  return { status, type: TEXT, body: `${text}\n` };
}
