/** Which container an event is about, and what is known of it. */

import type { ByteString } from '../base/host.ts';
import { type ContainerInfo, unknownContainer } from '../state/container-info.ts';
import type { EventContext } from '../state/event-context.ts';

const HOST_NAME = 'host';

/** What the fields show for a process outside of any container. */
export const HOST: ContainerInfo = {
  ...unknownContainer,
  id: HOST_NAME,
  fullId: HOST_NAME,
  type: HOST_NAME,
  name: HOST_NAME,
};

/** The container that the event itself announces or removes; undefined on all other events. */
export function eventContainer({ event, state }: EventContext): ContainerInfo | undefined {
  const { containers } = state;
  return containers.eventNumber === event.num ? containers.eventContainer : undefined;
}

/**
 * The metadata of the event's container; undefined when it has not arrived (yet), and where there
 * is no thread.
 */
export function containerOf(context: EventContext): ContainerInfo | undefined {
  const announced = eventContainer(context);
  if (announced !== undefined) return announced;
  const { thread, state } = context;
  if (thread === undefined) return undefined;
  return thread.containerId === '' ? HOST : state.containers.get(thread.containerId);
}

/** Known without metadata: the one thing about a container that depends on the thread alone. */
export function containerId(context: EventContext): ByteString | undefined {
  const announced = eventContainer(context);
  if (announced !== undefined) return announced.id;
  const id = context.thread?.containerId;
  return id === '' ? HOST.id : id;
}

/** Containers are known by the first characters of their id. */
const SHORT_ID_LENGTH = 12;

/**
 * The container that holds the pod's network and labels: in a pod that is not the container itself;
 * else the host.
 */
export function sandboxOf(
  context: EventContext,
  container: ContainerInfo,
): ContainerInfo | undefined {
  const id = shortId(container.podSandboxId);
  return id === '' ? HOST : context.state.containers.get(id);
}

export function shortId(id: ByteString): ByteString {
  return id.slice(0, SHORT_ID_LENGTH);
}
