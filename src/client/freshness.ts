import type { Slot } from "../base/ids.ts";
import type { Consistency, Reply } from "../wire/client-messages.ts";
import { misuse, type Rule, refuseUnfit, wholeNumber } from "./misuse.ts";
import { READ_NAMES } from "./option-names.ts";
import type { ReadOptions } from "./options.ts";
import type { Answered, FreshAnswer } from "./replies.ts";
import type { Target } from "./target.ts";

/**
 * How fresh a read must be, for a session that has seen everything below `token`: each attempt asks with the
 * token of its own moment. Throws a `bad_request` for options that cannot be meant.
 */
export function consistencyOf(
  options: ReadOptions,
  names: Readonly<Record<string, Rule>> = READ_NAMES.get,
): (token: Slot) => Consistency {
  refuseUnfit("option", options, names);
  const { consistency: level = "linearizable", maxStalenessMs, minRevision = 0 } = options;
  if (maxStalenessMs !== undefined && level !== "stale")
    throw misuse(`maxStalenessMs goes with consistency stale, not with ${level}`);
  const floor = minRevision === 0 ? {} : { minRevision: wholeNumber(minRevision, "minRevision") };
  switch (level) {
    case "linearizable":
      return () => ({ level, ...floor });
    case "sequential":
      return (token) => ({ level, token, ...floor });
    case "stale": {
      const bound =
        maxStalenessMs === undefined ? {} : { maxStalenessMs: wholeNumber(maxStalenessMs, "maxStalenessMs") };
      return () => ({ level, ...bound, ...floor });
    }
    default:
      // Callers without a compiler can say anything.
      throw misuse(
        `consistency is '${String(level satisfies never)}', and not linearizable, sequential or stale`,
      );
  }
}

/** The leader has the freshest state; what may be older anybody serves. */
export function readTarget({ consistency = "linearizable" }: ReadOptions): Target {
  return consistency === "linearizable" ? { kind: "leader" } : { kind: "replica" };
}

/** What the answer to a read tells besides its content. */
export function answeredAs(reply: Reply, options: ReadOptions): Answered & FreshAnswer {
  const { revision, servedBy, freshness } = reply;
  const level = freshness?.level ?? options.consistency ?? "linearizable";
  return { revision, servedBy, level, stalenessMs: freshness?.ageMs };
}
