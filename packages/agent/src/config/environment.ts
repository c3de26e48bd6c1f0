/** `${NAME}` in the scalars of a configuration. */

export type Environment = Readonly<Record<string, string | undefined>>;

const reference = /\$(\$?)\{([^}]*)\}/g;

/**
 * Replaces `${NAME}` by the variable, or by nothing when it is not set; `$${NAME}` stands for a
 * literal `${NAME}`. Variables are not looked into for further references.
 */
export function expandEnvironment(text: string, environment: Environment): string {
  if (!text.includes('${')) return text;
  return text.replace(reference, (_, escaped: string, name: string) =>
    escaped === '' ? variable(environment, name) : `\${${name}}`,
  );
}

/** Not what every object inherits: `${constructor}` is no variable. */
function variable(environment: Environment, name: string): string {
  return Object.hasOwn(environment, name) ? (environment[name] ?? '') : '';
}
