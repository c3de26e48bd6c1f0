/**
 * How the value of a field is made of what lies at its path. There are few shapes; audit-fields.ts
 * says which field has which.
 *
 * Every value is text: a string as it is, anything else as JSON. A list without elements counts as
 * no value.
 */

import type { ByteString } from '../base/host.ts';
import type { JsonNode } from '../json/json-node.ts';
import { type JsonPath, parsePointer, resolvePath, stepInto } from '../json/json-pointer.ts';
import { type AuditPath, eachAt, isGiven } from './audit-path.ts';

/** `index`: the number in brackets. `key`: the text in brackets, for fields that take one. */
export interface ShapeArgument {
  readonly index: number | undefined;
  readonly key: ByteString;
}

export type AuditValue = ByteString | readonly ByteString[];
export type Reader = (root: JsonNode) => AuditValue | undefined;
/** Called once per use of a field in a rule. */
export type Shape = (path: AuditPath, argument: ShapeArgument) => Reader;

function unlessEmpty(values: readonly ByteString[]): readonly ByteString[] | undefined {
  return values.length === 0 ? undefined : values;
}

function textsOf(nodes: readonly (JsonNode | undefined)[]): readonly ByteString[] {
  return nodes.filter(isGiven).map((node) => node.text);
}

/** The value itself. */
export const text: Shape =
  ({ head }) =>
  (root) =>
    resolvePath(root, head)?.text;

/** The elements of an array; with an index one of them. */
export const list: Shape =
  ({ head }, { index }) =>
  (root) => {
    const array = resolvePath(root, head);
    if (array?.kind !== 'array') return undefined;
    if (index === undefined) return unlessEmpty(textsOf(array.items));
    return unlessEmpty(textsOf([stepInto(array, String(index))]));
  };

/** One value of every element that has one. */
export const each: Shape =
  (path, { index }) =>
  (root) =>
    unlessEmpty(textsOf(eachAt(root, path, index) ?? []));

/** One value of every element, or none at all: of containers without a name nothing is said. */
export const everyOne: Shape =
  (path, { index }) =>
  (root) => {
    const nodes = eachAt(root, path, index) ?? [];
    return nodes.every(isGiven) ? unlessEmpty(textsOf(nodes)) : undefined;
  };

/** `docker.io/library/nginx:1.25@sha256:...` without tag and digest. */
function repositoryOf(image: ByteString): ByteString {
  return (image.split(':')[0] ?? '').split('@')[0] ?? '';
}

export const repositories: Shape = (path, argument) => {
  const images = everyOne(path, argument);
  return (root) => {
    const values = images(root);
    return typeof values === 'object' ? values.map(repositoryOf) : undefined;
  };
};

/** The same of the one that the path leads to. */
export const repository: Shape =
  ({ head }) =>
  (root) => {
    const image = resolvePath(root, head);
    return image && repositoryOf(image.text);
  };

/** The elements of an array in every element, all in one list. */
export const flattened: Shape =
  (path, { index }) =>
  (root) => {
    const arrays = (eachAt(root, path, index) ?? []).filter((node) => node?.kind === 'array');
    return unlessEmpty(textsOf(arrays.flatMap((array) => array?.items ?? [])));
  };

/** An array of strings in every element, each joined by blanks: commands as people type them. */
export const joined: Shape =
  (path, { index }) =>
  (root) => {
    const arrays = (eachAt(root, path, index) ?? []).filter(isGiven);
    const isStrings = arrays.every(
      ({ kind, items }) => kind === 'array' && items.every((item) => item.kind === 'string'),
    );
    if (!isStrings) return undefined;
    return unlessEmpty(arrays.map(({ items }) => items.map((item) => item.text).join(' ')));
  };

/** Of all ports of all elements: under `hostNetwork` the container's port is the host's. */
export const hostPorts: Shape =
  (path, { index }) =>
  (root) => {
    const arrays = (eachAt(root, path, index) ?? []).filter(isGiven);
    if (!arrays.every(({ kind }) => kind === 'array')) return undefined;
    const ports = arrays.flatMap(({ items }) => items);
    return unlessEmpty(
      textsOf(ports.map((port) => port.member('hostPort') ?? port.member('containerPort'))),
    );
  };

const podSecurity = parsePointer('/requestObject/spec/securityContext');
const containerSecurity = 'securityContext';

/**
 * The id that each container will run with: its own, else the pod's, else 0. (Falco looks for them
 * outside of the security contexts, where Kubernetes never has them.)
 */
export function effectiveId(key: ByteString): Shape {
  const ofPod: JsonPath = [...podSecurity, key];
  return (path, { index }) =>
    (root) => {
      const containers = eachAt(root, path, index);
      if (containers === undefined) return undefined;
      const pod = resolvePath(root, ofPod);
      const byDefault = isGiven(pod) ? pod.text : '0';
      const ids = containers.map((container) => {
        const own = container?.member(containerSecurity)?.member(key);
        return isGiven(own) ? own.text : byDefault;
      });
      return unlessEmpty(ids);
    };
}

/** Names of the subjects of a kind; with `namespaced` as NAMESPACE:NAME, where there is one. */
export function subjects(kind: ByteString, namespaced = false): Shape {
  return ({ head }) =>
    (root) => {
      const array = resolvePath(root, head);
      if (array?.kind !== 'array') return undefined;
      const names: ByteString[] = [];
      for (const subject of array.items) {
        const name = subject.member('name')?.text;
        if (name === undefined || subject.member('kind')?.text !== kind) continue;
        const namespace = subject.member('namespace')?.text;
        if (!namespaced) names.push(name);
        else if (namespace !== undefined) names.push(`${namespace}:${name}`);
      }
      return unlessEmpty(names);
    };
}

/** The same on every event. */
export function constant(value: ByteString): Shape {
  return () => () => value;
}

function truth(isTrue: boolean): ByteString {
  return isTrue ? 'true' : 'false';
}

/** Whether one of the values is true. */
export const isAnyTrue: Shape =
  (path, { index }) =>
  (root) => {
    const flags = eachAt(root, path, index);
    return flags && truth(flags.some((flag) => flag?.kind === 'true'));
  };

/** Whether one of the values is the key, or begins with it where the key ends in `*`. */
export const isAnyKey: Shape = (path, { key }) => {
  const isPrefix = key.endsWith('*');
  const prefix = key.slice(0, -1);
  return (root) => {
    const values = eachAt(root, path, undefined);
    if (values === undefined) return undefined;
    const matches = (value: ByteString) => value === key || (isPrefix && value.startsWith(prefix));
    return truth(textsOf(values).some(matches));
  };
};

/** The keys of every element but `name`: a volume has one more, which says what it is. */
export const otherKeys: Shape =
  (path, { index }) =>
  (root) => {
    const volumes = eachAt(root, path, index) ?? [];
    const keys = volumes.flatMap((volume) => volume?.keys ?? []);
    return unlessEmpty(keys.filter((key) => key !== 'name'));
  };

const objectRef = parsePointer('/objectRef');

/** Only on events about pods themselves. */
export const ofPod: Shape =
  ({ head }) =>
  (root) => {
    const target = resolvePath(root, objectRef);
    if (target?.member('resource')?.text !== 'pods') return undefined;
    const subresource = target.member('subresource');
    const isPod =
      subresource === undefined || subresource.kind !== 'string' || subresource.text === '';
    return isPod ? resolvePath(root, head)?.text : undefined;
  };
