/**
 * Docker, and Podman by the API that it shares with Docker: documents over HTTP on a unix socket.
 * Paths without a version ask for the newest that the daemon has.
 */

import { type ContainerDocument, ContainerType, shortId } from '../container-document.ts';
import {
  type ContainerKey,
  type ContainerRuntime,
  keyOf,
  type RuntimeEvents,
  type RuntimeOptions,
} from '../container-runtime.ts';
import { imageIdOf } from '../image-reference.ts';
import { listOf, objectOf, parseObject, textOf, valueAt } from '../json-value.ts';
import { dockerDocument, joinedContainer } from './docker-document.ts';
import { HttpError, SocketHttp } from './socket-http.ts';

/** Nothing else becomes part of a path: control groups and labels may hold `../..`. */
const isId = (text: string): boolean => /^[0-9a-f]{12,64}$/.test(text);

const ANSWER_TIMEOUT_MS = 5000;
/** Counting the files of a layer takes its time. */
const SIZE_TIMEOUT_MS = 30_000;

/** What the other side calls the events that are of interest; Podman's `remove` is `destroy`. */
const changes: ReadonlySet<string> = new Set(['create', 'start', 'rename']);
const removals: ReadonlySet<string> = new Set(['destroy', 'remove']);
const EVENTS_PATH = `/events?filters=${encodeURIComponent(
  JSON.stringify({ type: ['container'], event: [...changes, ...removals] }),
)}`;

export type DockerLike = 'docker' | 'podman';

export class DockerRuntime implements ContainerRuntime {
  readonly #http: SocketHttp;
  readonly #type: number;
  readonly #withSize: boolean;

  constructor(engine: DockerLike, socketPath: string, { withSize }: RuntimeOptions) {
    this.#http = new SocketHttp(socketPath);
    this.#type = engine === 'docker' ? ContainerType.DOCKER : ContainerType.PODMAN;
    this.#withSize = withSize;
  }

  async find({ id, fullId }: ContainerKey): Promise<ContainerDocument | undefined> {
    const container = await this.#inspect(fullId, this.#withSize);
    // A name is found too, and it may be one that looks like the id of another container.
    if (container === undefined || shortId(textOf(container['Id'])) !== id) return undefined;
    const imageId = imageIdOf(textOf(container['Image']));
    const [image, joined] = await Promise.all([
      isId(imageId) ? this.#get(`/images/${imageId}/json`) : undefined,
      this.#inspect(joinedContainer(container), false),
    ]);
    return dockerDocument({
      type: this.#type,
      container,
      image: image ?? {},
      joined: joined ?? {},
    });
  }

  async list(): Promise<readonly ContainerKey[]> {
    const containers = await this.#http.json('/containers/json', ANSWER_TIMEOUT_MS);
    return listOf(containers)
      .map((container) => textOf(objectOf(container)['Id']))
      .filter((id) => id !== '')
      .map(keyOf);
  }

  watch({ onReady, onContainer, onRemoved }: RuntimeEvents): Promise<void> {
    return this.#http.lines(EVENTS_PATH, {
      onOpen: onReady,
      onLine: (line) => {
        const event = parseObject(line);
        const id = textOf(valueAt(event, 'Actor', 'ID'));
        const action = textOf(event['Action']);
        if (id === '') return;
        if (changes.has(action)) onContainer(keyOf(id));
        if (removals.has(action)) onRemoved(keyOf(id).id);
      },
    });
  }

  close(): void {
    this.#http.close();
  }

  async #inspect(id: string, withSize: boolean) {
    if (!isId(id)) return undefined;
    const path = `/containers/${id}/json`;
    return withSize ? this.#get(`${path}?size=true`, SIZE_TIMEOUT_MS) : this.#get(path);
  }

  /** undefined: the daemon says that there is none. */
  async #get(path: string, timeoutMs: number = ANSWER_TIMEOUT_MS) {
    try {
      return objectOf(await this.#http.json(path, timeoutMs));
    } catch (error) {
      if (error instanceof HttpError && error.status === 404) return undefined;
      throw error;
    }
  }
}
