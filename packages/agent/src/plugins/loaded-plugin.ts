/** One plugin that is loaded and opened. */

import type { FieldClass } from '@saker/core/fields/field-classes.ts';
import type { PluginConfig } from '../config/service-config.ts';
import type { PluginPlace } from './find-plugin.ts';
import type { Plugin, PluginFactory } from './plugin.ts';
import type { FieldOwner } from './plugin-fields.ts';

/** Who a plugin is. */
export type PluginFacts = Pick<PluginFactory, 'name' | 'version' | 'description' | 'contact'> & {
  readonly configSchema?: PluginFactory['configSchema'];
};

export interface LoadedPlugin {
  readonly config: PluginConfig;
  readonly place: PluginPlace;
  readonly facts: PluginFacts;
  /** What it can do, as --list-plugins tells it. */
  readonly capabilities: readonly string[];
  /** Without capabilities where what it does is a part of Saker. */
  readonly plugin: Plugin;
  readonly owner: FieldOwner;
  readonly fieldClasses: readonly FieldClass[];
}

/** In the order and words of Falco. */
export function capabilitiesOf({
  sourcing,
  extraction,
  parsing,
  asyncEvents,
}: Plugin): readonly string[] {
  const source = sourcing && `Event Sourcing (ID=${sourcing.id}, source='${sourcing.source}')`;
  return [
    ...(source === undefined ? [] : [source]),
    ...(extraction === undefined ? [] : ['Field Extraction']),
    ...(parsing === undefined ? [] : ['Event Parsing']),
    ...(asyncEvents === undefined ? [] : ['Async Events']),
  ];
}

/** The block that `--list-plugins` and `--plugin-info` print. */
export function formatPlugin(
  { name, description, contact, version }: PluginFacts,
  capabilities: readonly string[],
): string {
  return `Name: ${name}
Description: ${description}
Contact: ${contact}
Version: ${version}
Capabilities: 
${capabilities.map((capability) => `  - ${capability}\n`).join('')}
`;
}

/** Whether two entries open the same: what open_params says is the source's concern. */
export function isSamePlugin(
  left: Pick<LoadedPlugin, 'config' | 'place'>,
  right: Pick<LoadedPlugin, 'config' | 'place'>,
): boolean {
  return keyOf(left) === keyOf(right);
}

function keyOf({ config, place }: Pick<LoadedPlugin, 'config' | 'place'>): string {
  return JSON.stringify([config.name, config.initConfig ?? null, place]);
}
