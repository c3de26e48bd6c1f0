/** Class fd: the file behind a descriptor: device, inode, overlay layer. */

import { PPM_FD_LOWER_LAYER, PPM_FD_UPPER_LAYER } from '../events/constants.gen.ts';
import { PF, PT } from '../events/param-types.gen.ts';
import type { EventContext } from '../state/event-context.ts';
import { fdOf } from './event-fd.ts';
import type { Field } from './field.ts';
import { BOOL, SIGNED } from './shapes.ts';
import { fieldMaker } from './simple-field.ts';

const field = fieldMaker('fd');

const DECIMAL32 = { type: PT.PT_INT32, format: PF.PF_DEC };

function inLayer(context: EventContext, flag: number): boolean | undefined {
  const fd = fdOf(context);
  return fd === undefined ? undefined : (fd.openFlags & flag) !== 0;
}

/** Device numbers have the kernel's user-space layout: major in bits 8 to 19, minor around it. */
export const fdDeviceFields: readonly Field[] = [
  field({
    name: 'fd.dev',
    type: PT.PT_INT32,
    format: PF.PF_HEX,
    description: 'Number of the device that holds the file, in hexadecimal; 0 when unknown.',
    extract: (context) => fdOf(context)?.dev,
  }),
  field({
    name: 'fd.dev.major',
    ...DECIMAL32,
    description: 'Major number of the device that holds the file.',
    extract(context) {
      const dev = fdOf(context)?.dev;
      return dev === undefined ? undefined : (dev >>> 8) & 0xfff;
    },
  }),
  field({
    name: 'fd.dev.minor',
    ...DECIMAL32,
    description: 'Minor number of the device that holds the file.',
    extract(context) {
      const dev = fdOf(context)?.dev;
      return dev === undefined ? undefined : (dev & 0xff) | ((dev >>> 12) & 0xfff00);
    },
  }),
  field({
    name: 'fd.ino',
    ...SIGNED,
    description: 'Inode number of the file; 0 when unknown.',
    extract: (context) => fdOf(context)?.ino,
  }),
];

export const fdLayerFields: readonly Field[] = [
  field({
    name: 'fd.is_upper_layer',
    ...BOOL,
    description: '"true" if the file is in the upper, writable layer of an overlay file system.',
    extract: (context) => inLayer(context, PPM_FD_UPPER_LAYER),
  }),
  field({
    name: 'fd.is_lower_layer',
    ...BOOL,
    description: '"true" if the file is in a lower layer of an overlay file system.',
    extract: (context) => inLayer(context, PPM_FD_LOWER_LAYER),
  }),
];
