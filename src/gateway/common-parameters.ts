import { badRequest } from "./http-error.ts";
import type { Parameter, Parameters } from "./parameters.ts";

export const LEVELS = ["linearizable", "sequential"] as const;
/** A caller's patience: beyond it a connection would be held for nobody. */
export const TIMEOUT_MS_MAX = 60_000;

export const TIMEOUT: Parameter = {
  name: "timeout",
  kind: "duration",
  describe: "how long to wait for the cluster, 1ms to 60s; 5s by default",
};

export const CONSISTENCY: Parameter = {
  name: "consistency",
  kind: "choice",
  values: LEVELS,
  describe:
    "linearizable: every change that was acknowledged before; sequential: what this node's clients have seen",
};

export const READ_PARAMETERS: readonly Parameter[] = [CONSISTENCY, TIMEOUT];
export const CHANGE_PARAMETERS: readonly Parameter[] = [
  { ...CONSISTENCY, describe: "changes are linearizable; nothing else is taken" },
  TIMEOUT,
];

/** A change is linearizable whatever was asked for; asking for less is a mistake that is told. */
export function refuseWeakChange(query: Parameters): void {
  const level = query.choice("consistency", LEVELS);
  if (level !== undefined && level !== "linearizable")
    throw badRequest(`consistency=${level}: changes are linearizable; leave it out`);
}

export const KEY: Parameter = { name: "key", kind: "bytes", describe: "the key, 1 to 1,024 bytes" };

export const LIFETIME_PARAMETERS: readonly Parameter[] = [
  {
    name: "ttl",
    kind: "duration",
    describe: "the key ends after so long, such as 30s; without it, it stays",
  },
  {
    name: "lease",
    kind: "integer",
    min: 1,
    max: Number.MAX_SAFE_INTEGER,
    describe: "the key ends with this lease",
  },
];
