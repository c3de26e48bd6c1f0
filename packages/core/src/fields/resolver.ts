/**
 * What the text of parameters needs from state: section "event params" of the rendering, seen from
 * the current event.
 */

import type { ByteString } from '../base/host.ts';
import { FdType, L4 } from '../events/fd-type.ts';
import type { ParamResolver, ResolvedFd } from '../events/param-resolver.ts';
import type { EventContext } from '../state/event-context.ts';
import { workingDirectory } from './base-directory.ts';
import { shownProtocol } from './fd-kinds.ts';

/**
 * Looks names up in the state of one context at a time: extractors run one after another, so one
 * object serves all.
 */
class ContextResolver implements ParamResolver {
  #context: EventContext | undefined = undefined;
  /** Reused, because an execve names a dozen parameters. */
  readonly #fd: { type: FdType; l4proto: L4; name: ByteString } = {
    type: FdType.UNKNOWN,
    l4proto: L4.NA,
    name: '',
  };

  of(context: EventContext): ParamResolver {
    this.#context = context;
    return this;
  }

  get base64(): boolean {
    return this.#context?.base64Buffers === true;
  }

  cwd(): ByteString | undefined {
    const context = this.#context;
    return context?.thread === undefined ? undefined : workingDirectory(context);
  }

  fd(number: number): ResolvedFd | undefined {
    const entry = this.#context?.fds?.get(number);
    if (entry === undefined) return undefined;
    this.#fd.type = entry.type;
    this.#fd.l4proto = shownProtocol(entry);
    this.#fd.name = entry.name;
    return this.#fd;
  }

  comm(tid: number): ByteString | undefined {
    return this.#context?.state.threads.get(tid)?.comm;
  }

  userName(uid: number): ByteString | undefined {
    const { thread, state } = this.#context ?? {};
    return thread === undefined ? undefined : state?.users.user(thread.containerId, uid)?.name;
  }

  groupName(gid: number): ByteString | undefined {
    const { thread, state } = this.#context ?? {};
    return thread === undefined ? undefined : state?.users.group(thread.containerId, gid)?.name;
  }
}

const resolver = new ContextResolver();

/** A resolver for the context's event, valid until the next call. */
export function resolverOf(context: EventContext): ParamResolver {
  return resolver.of(context);
}
