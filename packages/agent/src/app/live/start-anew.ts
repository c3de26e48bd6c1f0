/** The same program with the same arguments, in the same process. */

/** Returns only where a process cannot be replaced; when that fails Node ends it and says so. */
export function startAnew(): void {
  const { execPath, execArgv, argv, env } = process;
  process.execve?.(execPath, [execPath, ...execArgv, ...argv.slice(1)], env);
}
