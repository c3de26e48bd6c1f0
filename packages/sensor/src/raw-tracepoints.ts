/**
 * The same programs for kernels that refuse tp_btf. libbpf takes the type of a program from the
 * name of its section, and until 1.2 goes on to do so after it was told another; so the names are
 * changed before it sees them. Both prefixes have the same length: nothing moves.
 */

const TP_BTF = Buffer.from('tp_btf/');
const RAW_TRACEPOINT = Buffer.from('raw_tp/');

/** A copy of a BPF object, whose tp_btf programs are raw tracepoints. */
export function asRawTracepoints(image: Uint8Array): Uint8Array {
  // The name stands in the table of sections, in that of their relocations and in BTF.
  const copy = Buffer.from(image);
  for (let at = copy.indexOf(TP_BTF); at >= 0; at = copy.indexOf(TP_BTF, at)) {
    RAW_TRACEPOINT.copy(copy, at);
  }
  return copy;
}
