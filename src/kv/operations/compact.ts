import type { CompactOperation } from "../command.ts";
import type { Draft } from "../draft.ts";
import type { CommandOutcome } from "../outcome.ts";

/** Forgets changes. Keys stay as they are, so it takes no revision; what is forgotten stays forgotten. */
export function executeCompact(operation: CompactOperation, draft: Draft): CommandOutcome {
  draft.compact(Math.min(operation.revision, draft.revision));
  const { revision, compacted } = draft;
  return { kind: "result", result: { kind: "compact", revision, compacted } };
}
