/** A server that cannot listen: what was tried, why it failed, and what to change. */

export const HTTP_ERROR_CODES = [
  'address-in-use',
  'address-unusable',
  'not-permitted',
  'certificate',
  'thread',
] as const;
export type HttpErrorCode = (typeof HTTP_ERROR_CODES)[number];

/** As it goes from the thread to the main thread. */
export interface HttpProblem {
  readonly code: HttpErrorCode;
  readonly message: string;
  readonly hint: string | undefined;
}

export class HttpError extends Error {
  override readonly name = 'HttpError';
  readonly code: HttpErrorCode;
  readonly hint: string | undefined;

  constructor({ code, message, hint }: HttpProblem) {
    super(message);
    this.code = code;
    this.hint = hint;
  }
}
