/** Names of images: `registry:5000/team/app:1.2@sha256:...`. */

export interface ImageReference {
  /** Without tag and digest. */
  readonly repository: string;
  /** "" when there is none. */
  readonly tag: string;
  /** With its algorithm: `sha256:...`; "" when there is none. */
  readonly digest: string;
}

const NO_IMAGE: ImageReference = { repository: '', tag: '', digest: '' };

export function parseImageReference(text: string): ImageReference {
  if (isDigest(text)) return { ...NO_IMAGE, digest: text };
  const at = text.indexOf('@');
  const name = at < 0 ? text : text.slice(0, at);
  const digest = at < 0 ? '' : text.slice(at + 1);
  // A colon before the last slash is that of the registry's port.
  const colon = name.lastIndexOf(':');
  if (colon < 0 || colon < name.lastIndexOf('/')) return { repository: name, tag: '', digest };
  return { repository: name.slice(0, colon), tag: name.slice(colon + 1), digest };
}

/**
 * The form in which runtimes show images of Docker's registry: `docker.io/library/nginx` as
 * `nginx`.
 */
export function familiarRepository(repository: string): string {
  return repository.replace(/^(?:index\.)?docker\.io\//, '').replace(/^library\//, '');
}

/** Runtimes show the ids of images with the algorithm or without; events without. */
export function imageIdOf(text: string): string {
  return text.startsWith('sha256:') ? text.slice('sha256:'.length) : text;
}

export function isDigest(text: string): boolean {
  return /^sha\d+:[0-9a-f]+$/.test(text);
}
