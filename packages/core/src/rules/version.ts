/**
 * Versions of the engine and of plugins that rule files ask for: three numbers, where the first
 * must be equal.
 */

/**
 * The version of Falco's rule engine that this one does the work of: what `required_engine_version`
 * is compared with. It moves when rules can say something new, apart from Saker's own version.
 */
export const ENGINE_VERSION = '0.63.0';

export interface Version {
  readonly major: number;
  readonly minor: number;
  readonly patch: number;
}

/** Text behind the third number does not count: `1.2.3-rc1` is 1.2.3. */
export function parseVersion(text: string): Version | undefined {
  const match = /^\s*(\d+)\.\s*(\d+)\.\s*(\d+)/.exec(text);
  if (match === null) return undefined;
  const [, major, minor, patch] = match;
  return { major: Number(major), minor: Number(minor), patch: Number(patch) };
}

export function formatVersion({ major, minor, patch }: Version): string {
  return `${major}.${minor}.${patch}`;
}

/** Negative when `left` is older. */
export function compareVersions(left: Version, right: Version): number {
  return left.major - right.major || left.minor - right.minor || left.patch - right.patch;
}

/** Whether `present` serves where `wanted` is asked for: the same major version, and not older. */
export function isCompatible(present: Version, wanted: Version): boolean {
  return present.major === wanted.major && compareVersions(present, wanted) >= 0;
}

export interface NamedVersion {
  readonly name: string;
  readonly version: string;
}

/**
 * One entry of `required_plugin_versions`: the plugin and its alternatives, of which one must be
 * there.
 */
export type PluginRequirement = readonly NamedVersion[];

/** What Falco says when the plugins do not serve the requirements; undefined when they do. */
export function unmetRequirement(
  requirements: readonly PluginRequirement[],
  plugins: readonly NamedVersion[],
): string | undefined {
  for (const alternatives of requirements) {
    const message = unmetAlternatives(alternatives, plugins);
    if (message !== undefined) return message;
  }
  return undefined;
}

/** The first alternative whose plugin is loaded decides. */
function unmetAlternatives(
  alternatives: PluginRequirement,
  plugins: readonly NamedVersion[],
): string | undefined {
  for (const wanted of alternatives) {
    const plugin = plugins.find(({ name }) => name === wanted.name);
    if (plugin === undefined) continue;
    const present = parseVersion(plugin.version);
    if (present === undefined) {
      return `Plugin '${plugin.name}' has invalid version string '${plugin.version}'`;
    }
    const wantedVersion = parseVersion(wanted.version);
    if (wantedVersion !== undefined && isCompatible(present, wantedVersion)) return undefined;
    return `Plugin '${plugin.name}' version '${plugin.version}' is not compatible with required plugin version '${wanted.version}'`;
  }
  const choices = alternatives.map(({ name, version }) => `${name} (>= ${version})`);
  return `Plugin requirement not satisfied, must load one of: ${choices.join(', ')}`;
}
