import type { ReadLevel, ReadOptions } from "../client/options.ts";
import { badRequest } from "./http-error.ts";
import type { Parameter, Parameters } from "./parameters.ts";
import type { Input } from "./route.ts";

export const LEVELS = ["linearizable", "sequential", "stale"] as const;
/** A bound further back is none. */
export const STALENESS_MS_MAX = 24 * 3_600_000;
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
    "linearizable: every change that was acknowledged before; sequential: at least what this node's clients have seen; stale: what a node has",
};

export const READ_PARAMETERS: readonly Parameter[] = [
  CONSISTENCY,
  { name: "max_staleness", kind: "duration", describe: "with consistency=stale: how old the answer may be" },
  {
    name: "min_revision",
    kind: "integer",
    min: 0,
    max: Number.MAX_SAFE_INTEGER,
    describe:
      "the least revision of the store that the answer may be of; the header Kvd-Min-Revision says the same",
  },
  TIMEOUT,
];
export const CHANGE_PARAMETERS: readonly Parameter[] = [
  { ...CONSISTENCY, describe: "changes are linearizable; nothing else is taken" },
  TIMEOUT,
];

export const REVISION: Parameter = {
  name: "revision",
  kind: "integer",
  min: 1,
  max: Number.MAX_SAFE_INTEGER,
  describe: "what there was after this revision, which has to be in the retained window",
};

export function revisionOf(query: Parameters): { readonly revision?: number } {
  const revision = query.integer("revision", 1, Number.MAX_SAFE_INTEGER);
  return revision === undefined ? {} : { revision };
}

/** A change is linearizable whatever was asked for; asking for less is a mistake that is told. */
export function refuseWeakChange(query: Parameters): void {
  const level = query.choice("consistency", LEVELS);
  if (level !== undefined && level !== "linearizable")
    throw badRequest(`consistency=${level}: changes are linearizable; leave it out`);
}

/** How a read is asked for by its query and headers; `byDefault` when it names no level. */
export function readOptionsOf({ query, headers }: Input, byDefault: ReadLevel): ReadOptions {
  const consistency = query.choice("consistency", LEVELS) ?? byDefault;
  const maxStalenessMs = query.duration("max_staleness", STALENESS_MS_MAX);
  if (maxStalenessMs !== undefined && consistency !== "stale")
    throw badRequest("max_staleness belongs to consistency=stale");
  const minRevision =
    query.integer("min_revision", 0, Number.MAX_SAFE_INTEGER) ?? revisionHeader(headers["kvd-min-revision"]);
  return {
    consistency,
    ...(maxStalenessMs === undefined ? {} : { maxStalenessMs }),
    ...(minRevision === undefined ? {} : { minRevision }),
  };
}

function revisionHeader(text: string | readonly string[] | undefined): number | undefined {
  if (text === undefined) return undefined;
  const revision = /^\d{1,16}$/.test(`${text}`) ? Number(text) : Number.NaN;
  if (Number.isSafeInteger(revision)) return revision;
  throw badRequest(`Kvd-Min-Revision: ${text}: a revision is needed, a whole number from 0`);
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
