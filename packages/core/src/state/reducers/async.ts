/** Events that are no system calls: containers, users and groups that came or went. */

import { PPME } from '../../events/event-codes.gen.ts';
import { type ContainerInfo, containerTypeName, unknownContainer } from '../container-info.ts';
import { parseContainerJson } from '../container-json.ts';
import type { EventContext } from '../event-context.ts';
import type { ReducerRows } from './reducer.ts';

const CONTAINER_ADDED = 'container';
const CONTAINER_REMOVED = 'container_removed';

function asyncEvent(context: EventContext): void {
  const { event } = context;
  const name = event.string(1);
  if (name !== CONTAINER_ADDED && name !== CONTAINER_REMOVED) return;
  const container = parseContainerJson(event.raw(2));
  if (container === undefined) return;
  if (name === CONTAINER_ADDED) addContainer(context, container);
  else removeContainer(context, container);
}

/** As captures of older Falcos have it. */
function containerJson(context: EventContext): void {
  const container = parseContainerJson(context.event.raw(0));
  if (container !== undefined) addContainer(context, container);
}

/** As captures of the oldest ones have it. */
function container(context: EventContext): void {
  const { event } = context;
  const id = event.string(0);
  if (id === '') return;
  const type = containerTypeName(event.u32(1));
  const name = event.string(2);
  addContainer(context, { ...unknownContainer, id, type, name, image: event.string(3) });
}

function addContainer(context: EventContext, container: ContainerInfo): void {
  context.state.containers.add(container);
  announce(context, container);
}

/** Fields of this event still show it. */
function removeContainer(context: EventContext, container: ContainerInfo): void {
  context.state.containers.delete(container.id);
  context.state.users.deleteContainer(container.id);
  announce(context, container);
}

function announce({ event, state }: EventContext, container: ContainerInfo): void {
  state.containers.eventContainer = container;
  state.containers.eventNumber = event.num;
  state.threads.lineageVersion++;
}

function userAdded({ event, state }: EventContext): void {
  state.users.addUser(event.string(5), {
    uid: event.u32(0),
    gid: event.u32(1),
    name: event.string(2),
    home: event.string(3),
    shell: event.string(4),
  });
  state.threads.lineageVersion++;
}

function userDeleted({ event, state }: EventContext): void {
  state.users.deleteUser(event.string(5), event.u32(0));
  state.threads.lineageVersion++;
}

function groupAdded({ event, state }: EventContext): void {
  state.users.addGroup(event.string(2), { gid: event.u32(0), name: event.string(1) });
  state.threads.lineageVersion++;
}

function groupDeleted({ event, state }: EventContext): void {
  state.users.deleteGroup(event.string(2), event.u32(0));
  state.threads.lineageVersion++;
}

export const asyncReducers: ReducerRows = [
  [PPME.PPME_ASYNCEVENT_E, asyncEvent],
  [PPME.PPME_CONTAINER_JSON_2_E, containerJson],
  [PPME.PPME_CONTAINER_JSON_E, containerJson],
  [PPME.PPME_CONTAINER_E, container],
  [PPME.PPME_USER_ADDED_E, userAdded],
  [PPME.PPME_USER_DELETED_E, userDeleted],
  [PPME.PPME_GROUP_ADDED_E, groupAdded],
  [PPME.PPME_GROUP_DELETED_E, groupDeleted],
];
