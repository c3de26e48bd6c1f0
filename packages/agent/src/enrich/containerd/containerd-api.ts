/**
 * The services of containerd that are asked, and the fields of their messages that are read. Names
 * and numbers: api/services and api/events of containerd, the same in 1.x and 2.x.
 */

import type { GrpcSession } from '../grpc/grpc-session.ts';
import { encodeMessage, type Fields } from '../grpc/protobuf.ts';

const SERVICES = '/containerd.services';
const EMPTY = encodeMessage();

export interface ContainerdContainer {
  readonly id: string;
  readonly labels: ReadonlyMap<string, string>;
  readonly image: string;
  /** The OCI specification, as JSON. */
  readonly spec: string;
  readonly snapshotter: string;
  readonly snapshotKey: string;
  /** Seconds since the epoch. */
  readonly createdAt: number;
  /** Of containerd 1.7 and newer; "" for none. */
  readonly sandbox: string;
}

export interface ContainerdEvent {
  readonly namespace: string;
  readonly topic: string;
  readonly containerId: string;
}

/** Topics, and the field of the event's message that holds the container's id. */
export const TOPIC_CREATED = '/containers/create';
export const TOPIC_STARTED = '/tasks/start';
export const TOPIC_DELETED = '/containers/delete';
const topics: readonly string[] = [TOPIC_CREATED, TOPIC_STARTED, TOPIC_DELETED];

/** Clients say in a header which namespace they mean. */
function inNamespace(namespace: string): { headers: Record<string, string> } {
  return { headers: { 'containerd-namespace': namespace } };
}

export async function listNamespaces(session: GrpcSession): Promise<string[]> {
  const method = `${SERVICES}.namespaces.v1.Namespaces/List`;
  const answer = await session.call({ method, request: EMPTY });
  return answer.messages(1).map((namespace) => namespace.text(1));
}

/** GrpcError NOT_FOUND when there is none of that id. */
export async function getContainer(
  session: GrpcSession,
  namespace: string,
  id: string,
): Promise<ContainerdContainer> {
  const method = `${SERVICES}.containers.v1.Containers/Get`;
  const request = encodeMessage([1, id]);
  const answer = await session.call({ method, request, ...inNamespace(namespace) });
  return containerOf(answer.message(1));
}

/** Those whose id begins with `prefix`. */
export async function findContainers(
  session: GrpcSession,
  namespace: string,
  prefix: string,
): Promise<ContainerdContainer[]> {
  const method = `${SERVICES}.containers.v1.Containers/List`;
  const request = encodeMessage([1, `id~="^${prefix.replace(/[^A-Za-z0-9_-]/g, '.')}"`]);
  const answer = await session.call({ method, request, ...inNamespace(namespace) });
  return answer.messages(1).map(containerOf);
}

/** Ids of the containers that have a process. */
export async function listTasks(session: GrpcSession, namespace: string): Promise<string[]> {
  const method = `${SERVICES}.tasks.v1.Tasks/List`;
  const answer = await session.call({ method, request: EMPTY, ...inNamespace(namespace) });
  return answer.messages(1).map((task) => task.text(1) || task.text(2));
}

/** GrpcError NOT_FOUND when there is none of that name. */
export async function getImageDigest(
  session: GrpcSession,
  namespace: string,
  name: string,
): Promise<string> {
  const method = `${SERVICES}.images.v1.Images/Get`;
  const request = encodeMessage([1, name]);
  const answer = await session.call({ method, request, ...inNamespace(namespace) });
  return answer.message(1).message(3).text(2);
}

export async function getSnapshotBytes(
  session: GrpcSession,
  namespace: string,
  { snapshotter, snapshotKey }: ContainerdContainer,
): Promise<number> {
  const method = `${SERVICES}.snapshots.v1.Snapshots/Usage`;
  const request = encodeMessage([1, snapshotter], [2, snapshotKey]);
  const answer = await session.call({ method, request, ...inNamespace(namespace) });
  return answer.number(1);
}

/** Containers made, started and deleted, of one namespace or of all, until the stream ends. */
export function subscribe(
  session: GrpcSession,
  namespace: string | undefined,
  onEvent: (event: ContainerdEvent) => void,
): Promise<void> {
  const method = `${SERVICES}.events.v1.Events/Subscribe`;
  const within = namespace === undefined ? '' : `,namespace==${namespace}`;
  const filters = topics.map((topic) => `topic=="${topic}"${within}`);
  return session.stream({ method, request: encodeMessage([1, filters]) }, (envelope) => {
    onEvent({
      namespace: envelope.text(2),
      topic: envelope.text(3),
      // The events of all three topics have the id first; Any holds the message in its field 2.
      containerId: envelope.message(4).message(2).text(1),
    });
  });
}

function containerOf(container: Fields): ContainerdContainer {
  return {
    id: container.text(1),
    labels: container.textMap(2),
    image: container.text(3),
    spec: container.message(5).text(2),
    snapshotter: container.text(6),
    snapshotKey: container.text(7),
    createdAt: container.message(8).number(1),
    sandbox: container.text(11),
  };
}
