/**
 * Fields and spellings that Falco dropped and that rules may still use here, with what to do about
 * each. Unlike DEPRECATED_FIELDS, which Falco warns of in every rule, they are named once in a
 * file.
 */

const oldFields: readonly (readonly [pattern: RegExp, message: (name: string) => string])[] = [
  [
    /^(?:mesos|marathon)\./,
    (name) => `'${name}' is of Falco before 0.41: metadata of Mesos is not known, it has no value`,
  ],
  [
    /^syslog\./,
    (name) =>
      `'${name}' is of Falco before 0.41, it still works here; evt.is_syslog and evt.buffer replace it`,
  ],
  [
    /^k8s\.(?:pod|rc|svc|ns|rs|deployment)\.label\../,
    (name) =>
      `'${name}' is of Falco before 0.41: write ${name.replace(/label\.(.*)/s, 'label[$1]')}`,
  ],
];

/** Such names in an output. */
export const OLD_FIELDS_IN_OUTPUT: RegExp =
  /%((?:mesos|marathon|syslog)(?:\.\w+)+|k8s\.(?:pod|rc|svc|ns|rs|deployment)\.label(?:\.\w+)+)/g;

/** What to say of a field by that name; undefined: it is none of them. */
export function oldFieldText(name: string): string | undefined {
  return oldFields.find(([pattern]) => pattern.test(name))?.[1](name);
}
