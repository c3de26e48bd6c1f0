/** `-p`, which Falco is going to drop, in its modern form: `append_output`. */

/** Falco up to 0.40 added fields of containers for them; since then suggested_output does. */
const NEEDLESS = ['c', 'container', 'k', 'kubernetes'];
/** The same with thread numbers for gVisor sandboxes. */
const GVISOR = ['cg', 'container-gvisor', 'kg', 'kubernetes-gvisor'];
const MESOS = ['m', 'mesos'];

/** The options that the flag stands for. */
export function optionsOfPrint(format: string | undefined, warnings: string[]): readonly string[] {
  if (format === undefined) return [];
  if (NEEDLESS.includes(format)) {
    warnings.push(`-p${format} does nothing: alerts of containers name them anyway`);
    return [];
  }
  if (MESOS.includes(format)) {
    warnings.push(`-p${format} does nothing: metadata of Mesos is not known`);
    return [];
  }
  const option = GVISOR.includes(format)
    ? 'append_output[]={match: {source: syscall}, extra_output: vpid=%proc.vpid vtid=%thread.vtid}'
    : `append_output[].extra_output=${format}`;
  warnings.push(`-p is deprecated, use -o '${option}'`);
  return [option];
}
