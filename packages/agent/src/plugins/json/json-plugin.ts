/** Falco's plugin json, built in: the fields json.* and jevt.* of every event that is JSON. */

import { jsonClass } from '@saker/core/json/json-fields.ts';
import { PLUGIN_API, type PluginFactory } from '../plugin.ts';

export const jsonPlugin: PluginFactory = {
  api: PLUGIN_API,
  name: 'json',
  /** The version of Falco's plugin whose fields it has. */
  version: '0.7.4',
  description: 'Fields of events that are JSON, built into Saker',
  contact: 'built in',
  configSchema: {
    $schema: 'http://json-schema.org/draft-07/schema#',
    type: 'object',
    properties: {
      useAsync: {
        type: 'boolean',
        title: 'Asynchronous extraction',
        description: 'Accepted as Falco has it, without effect: fields are read in place',
        default: true,
      },
    },
  },
  open: () => ({ extraction: { sources: [], classes: [jsonClass] } }),
};
