import type { PutAllOperation } from "../command.ts";
import type { Draft } from "../draft.ts";
import type { CommandOutcome } from "../outcome.ts";

/** Stores all entries at one revision. */
export function executePutAll({ entries }: PutAllOperation, draft: Draft): CommandOutcome {
  for (const { key, value } of entries) draft.put(key, draft.keep(value));
  return { kind: "result", result: { kind: "put-all", revision: draft.revision, count: entries.length } };
}
