import type { ConfigureOperation } from "../command.ts";
import type { Draft } from "../draft.ts";
import type { CommandOutcome } from "../outcome.ts";

/** Sets the cluster's settings. No key changes, so it takes no revision; it holds from the next slot on. */
export function executeConfigure({ leaderLeaseMs }: ConfigureOperation, draft: Draft): CommandOutcome {
  draft.leaderLeaseMs = leaderLeaseMs;
  return { kind: "result", result: { kind: "configure", revision: draft.revision, leaderLeaseMs } };
}
