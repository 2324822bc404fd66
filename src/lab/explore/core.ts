import type { Replica } from "../../paxos/replica.ts";

/**
 * The protocol's class, loaded in a copy whose private fields are plain properties, so that the whole state
 * of a replica can be seen (and two replicas can be told to be in the same state). Otherwise the real one.
 */
export interface OpenCore {
  readonly Replica: new (...parameters: ConstructorParameters<typeof Replica>) => Replica;
}

/** The text of a compiled module with every `#name` made a plain property `_name`. */
export function withoutPrivacy(code: string): string {
  return code.replace(/#(?=[A-Za-z_]\w*)/g, "_");
}
