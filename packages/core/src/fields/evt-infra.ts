/**
 * Class evt: events of the Docker daemon, as old captures hold them: `Event:create;
 * ID:4cf9a15d4dd1...; name:web; Image:nginx`.
 */

import { PPME } from '../events/event-codes.gen.ts';
import type { Field } from './field.ts';
import { CHARBUF } from './shapes.ts';
import { fieldMaker } from './simple-field.ts';

const field = fieldMaker('evt');

const SHORT_ID_CHARS = 12;

/** The value behind the first element of the description that begins with `key`. */
function element(description: string, key: string): string | undefined {
  const found = description.split(';').find((part) => part.trim().startsWith(key));
  if (found === undefined) return undefined;
  const colon = found.indexOf(':');
  return colon < 0 ? undefined : found.slice(colon + 1).trim();
}

function infraField(
  name: string,
  description: string,
  key: string,
  shown: (value: string) => string = firstPart,
): Field {
  return field({
    name,
    ...CHARBUF,
    hidden: true,
    description,
    known: (type) => (type === PPME.PPME_INFRASTRUCTURE_EVENT_E ? undefined : 'absent'),
    extract({ event }) {
      if (event.type !== PPME.PPME_INFRASTRUCTURE_EVENT_E) return undefined;
      const value = element(event.string(2), key);
      return value === undefined ? undefined : shown(value);
    },
  });
}

/** Some values go on behind a further colon: `exec_create: /bin/sh`. */
function firstPart(value: string): string {
  return (value.split(':')[0] ?? '').trim();
}

/** The first part of `nginx:1.25@sha256:...`; an image that is only a digest stays whole. */
function imageName(image: string): string {
  if (image.includes('@')) return firstPart(image.slice(0, image.indexOf('@')));
  return image.includes('sha256') ? image : firstPart(image);
}

export const evtInfraFields: readonly Field[] = [
  infraField('evt.infra.docker.name', 'What happened, on events of the Docker daemon.', 'Event'),
  infraField(
    'evt.infra.docker.container.id',
    'Short id of the container, on events of the Docker daemon.',
    'ID',
    (id) => id.slice(0, SHORT_ID_CHARS),
  ),
  infraField(
    'evt.infra.docker.container.name',
    'Name of the container, on events of the Docker daemon.',
    'name',
  ),
  infraField(
    'evt.infra.docker.container.image',
    'Image of the container, on events of the Docker daemon.',
    'Image',
    imageName,
  ),
];
