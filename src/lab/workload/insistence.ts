import { type Failure, KvdError } from "../../base/errors.ts";
import type { Client } from "../../client/client.ts";
import type { ChangeOptions } from "../../client/options.ts";
import { parseRequestId } from "../../client/request-id.ts";
import type { Program } from "./program.ts";

export const PATIENCE_MS = 4000;
/** Shorter than an election: such a request often ends with an unknown outcome. */
const SHORT_PATIENCE_MS = 200;
/** About as long as an answer takes. */
const IMPATIENCE_MS_MAX = 20;
const REPEATS_MAX = 4;
const CHANCE = { short: 0.2, repeat: 0.6, elsewhere: 0.4 } as const;

/** What became of a change: surely this, surely nothing, or nobody knows. */
export type Insisted<Answer> =
  | { readonly kind: "answered"; readonly answer: Answer }
  | { readonly kind: "refused"; readonly failure: Failure }
  | { readonly kind: "unknown" };

/**
 * Asks for a change, and as often as not again under the same request id, of another member too, until it is known
 * what became of it. `ask` sends it by a client.
 */
export async function insist<Answer>(
  program: Program,
  ask: (client: Client, options: ChangeOptions) => Promise<Answer>,
): Promise<Insisted<Answer>> {
  const { random, workload } = program.deps;
  const isImpatient = random.isLucky(workload.impatientChance);
  const repeats = isImpatient || random.isLucky(CHANCE.repeat) ? REPEATS_MAX : 0;
  const patienceMs = random.isLucky(CHANCE.short) ? SHORT_PATIENCE_MS : PATIENCE_MS;
  const timeoutMs = isImpatient ? random.between(1, IMPATIENCE_MS_MAX) : patienceMs;
  let refusal: KvdError;
  try {
    return { kind: "answered", answer: await ask(program.client, { timeoutMs }) };
  } catch (thrown) {
    refusal = asRefusal(thrown);
  }
  for (let repeat = 0; repeat < repeats && refusal.failure.outcome === "unknown"; repeat++) {
    const requestId = parseRequestId(refusal.requestId ?? "");
    if (requestId === undefined) break;
    const options = { timeoutMs: PATIENCE_MS, requestId };
    try {
      const isHere = !random.isLucky(CHANCE.elsewhere);
      const answer = isHere ? ask(program.client, options) : program.briefly((other) => ask(other, options));
      return { kind: "answered", answer: await answer };
    } catch (thrown) {
      const { failure } = asRefusal(thrown);
      if (isOfTheLog(failure)) return { kind: "refused", failure };
    }
  }
  const { failure } = refusal;
  return failure.outcome === "unknown" ? { kind: "unknown" } : { kind: "refused", failure };
}

/** The refusal that was thrown; anything else is a bug and goes on its way. */
export function asRefusal(thrown: unknown): KvdError {
  if (thrown instanceof KvdError) return thrown;
  throw thrown;
}

/** A repeat that was refused tells of the repeat alone, unless the log itself has answered. */
function isOfTheLog({ code, outcome }: Failure): boolean {
  switch (code) {
    case "expired":
      return outcome === "not_applied";
    case "condition_failed":
    case "bad_value":
    case "lease_not_found":
    case "lease_exists":
    case "principal_exists":
    case "principal_not_found":
      return true;
    default:
      return false;
  }
}
