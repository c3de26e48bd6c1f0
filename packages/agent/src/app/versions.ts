/** What this is and what it is compatible with: `--version`, `--support`, and who reads them. */

import { DRIVER_API_VERSION, DRIVER_SCHEMA_VERSION } from '@saker/core/events/constants.gen.ts';
import { ENGINE_VERSION, type NamedVersion } from '@saker/core/rules/version.ts';
import type { ServedVersions } from '../outputs/grpc/services.ts';
import { containerFacts } from '../plugins/built-in-plugins.ts';

/** Of the package; a test compares. */
export const SAKER_VERSION = '0.1.0';

/**
 * The Falco whose rules, configuration, outputs and captures are taken unchanged, and its parts.
 */
export const FALCO_VERSION = '0.44.1';
const LIBS_VERSION = '0.25.0';
const PLUGIN_API_VERSION = '3.12.0';

/**
 * FALCO_ENGINE_CHECKSUM of that Falco: by it gRPC clients tell which fields and events there are.
 */
const FIELDS_CHECKSUM = 'ba6f1ac74018c623135c49f7da1cca6243c99a58d53f4dec983ddf3919304518';

/** What the version service of gRPC says. */
export const servedVersions: ServedVersions = {
  version: FALCO_VERSION,
  engineVersion: ENGINE_VERSION,
  fieldsChecksum: FIELDS_CHECKSUM,
};

/** Laid out as Falco's, so that whatever looks for one of its lines finds it. */
export function versionText(): string {
  return `Saker version: ${SAKER_VERSION}
Falco version: ${FALCO_VERSION}
Libs version:  ${LIBS_VERSION}
Plugin API:    ${PLUGIN_API_VERSION}
Engine:        ${ENGINE_VERSION}
Driver:
  API version:    ${DRIVER_API_VERSION}
  Schema version: ${DRIVER_SCHEMA_VERSION}
  Default driver: none
`;
}

/** Falco's document with one key more. `plugins`: those that are loaded. */
export function versionDocument(
  plugins: readonly NamedVersion[] = [containerFacts],
): Readonly<Record<string, unknown>> {
  const [, minor = ''] = ENGINE_VERSION.split('.');
  return {
    default_driver_version: 'none',
    driver_api_version: DRIVER_API_VERSION,
    driver_schema_version: DRIVER_SCHEMA_VERSION,
    engine_version: minor,
    engine_version_semver: ENGINE_VERSION,
    falco_version: FALCO_VERSION,
    libs_version: LIBS_VERSION,
    plugin_api_version: PLUGIN_API_VERSION,
    plugin_versions: Object.fromEntries(plugins.map(({ name, version }) => [name, version])),
    saker_version: SAKER_VERSION,
  };
}
