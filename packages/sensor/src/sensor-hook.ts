/** How the programs are attached, and what is done where the kernel refuses that. */

import { explainFailure } from './probes/explain-failure.ts';
import { type HostFacts, readHostFacts } from './probes/host-facts.ts';
import { SensorError } from './sensor-error.ts';

/**
 * Both see the same. In a raw tracepoint the verifier knows nothing of pointers, so that every look
 * into the kernel is a copy.
 */
export type SensorHook = 'tp_btf' | 'raw_tracepoint';

/**
 * What `attempt` gives for the hook that is wanted; without a wish for tp_btf, or for raw
 * tracepoints where the kernel refuses tp_btf and the machine tells no reason. SensorError with the
 * reason otherwise.
 */
export function withHook<T>(
  wanted: SensorHook | undefined,
  attempt: (hook: SensorHook) => T,
  factsOf: () => HostFacts = readHostFacts,
): T {
  try {
    return attempt(wanted ?? 'tp_btf');
  } catch (error) {
    if (!(error instanceof SensorError)) throw error;
    const explained = explainFailure(error, factsOf());
    const isRefused = error.code === 'load-failed' || error.code === 'attach-failed';
    if (explained !== error || !isRefused || wanted !== undefined) throw explained;
    return attemptRaw(attempt, error);
  }
}

/** When this fails too, the first failure is the one that tells more. */
function attemptRaw<T>(attempt: (hook: SensorHook) => T, refused: SensorError): T {
  try {
    return attempt('raw_tracepoint');
  } catch (error) {
    if (error instanceof SensorError) throw refused;
    throw error;
  }
}
