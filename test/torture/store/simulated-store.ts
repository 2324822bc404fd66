import type { SeededRandom } from "../../../src/lab/world/seeded-random.ts";
import type { SeenRow, StoreAnswer, StoreCall, StoreOutcome, StoreRefusal } from "./call.ts";
import { tookRevision } from "./call.ts";
import { shownRows } from "./checker.ts";
import { drawOperation } from "./draw.ts";
import { EMPTY_STORE, perform, type StoreState } from "./state.ts";

const CLIENTS = 4;
const CHANCE = { sequential: 0.3, unknown: 0.04, lost: 0.5 } as const;

interface Pending {
  readonly call: Omit<StoreCall, "outcome" | "returned">;
  outcome: StoreOutcome | undefined;
  /** An answer that nobody gets: the effect may come at any later time. */
  isUnknown: boolean;
}

/** What clients of a store that keeps its promises are told, some of it never: by chance, in one order of moments. */
export function simulatedHistory(random: SeededRandom, count: number): readonly StoreCall[] {
  const done: StoreCall[] = [];
  const pending = new Map<number, Pending>();
  /** As they were after each revision. */
  const past: StoreState[] = [EMPTY_STORE];
  const shown = Array.from({ length: CLIENTS }, () => new Map<string, SeenRow | null>());
  const seen = Array.from({ length: CLIENTS }, () => 0);
  const late: Pending[] = [];
  let values = 0;
  let moment = 0;
  const nextValue = (): string => `v${++values}`;
  while (done.length < count) {
    moment += 1;
    const client = random.below(CLIENTS);
    const known = shown[client] as Map<string, SeenRow | null>;
    const held = pending.get(client);
    if (late.length > 0 && random.isLucky(0.1)) {
      const [first] = late.splice(0, 1);
      if (first !== undefined) execute(first, past);
    } else if (held === undefined) {
      const operation = drawOperation({ group: "", random, nextValue, shown: known });
      const isRead = operation.kind === "get" || operation.kind === "range";
      const level = isRead && random.isLucky(CHANCE.sequential) ? "sequential" : "linearizable";
      const call = { client: `s${client}`, group: "", operation, level, invoked: moment } as const;
      const isUnknown = !isRead && random.isLucky(CHANCE.unknown);
      pending.set(client, { call, outcome: undefined, isUnknown });
    } else if (held.isUnknown) {
      done.push({ ...held.call, outcome: { kind: "unknown" }, returned: moment });
      if (!random.isLucky(CHANCE.lost)) late.push(held);
      pending.delete(client);
    } else if (held.outcome === undefined) {
      const floor = seen[client] ?? 0;
      const isOld = held.call.level === "sequential";
      const at = isOld ? random.between(floor, past.length - 1) : undefined;
      execute(held, past, at);
    } else {
      const { outcome } = held;
      done.push({ ...held.call, outcome, returned: moment });
      pending.delete(client);
      if (outcome.kind !== "answered") continue;
      seen[client] = Math.max(seen[client] ?? 0, outcome.revision);
      if (held.call.level === "sequential") continue;
      for (const [key, record] of shownRows(held.call.operation, outcome.answer)) known.set(key, record);
    }
  }
  // Who has no answer yet will never tell.
  for (const { call } of pending.values())
    done.push({ ...call, outcome: { kind: "unknown" }, returned: ++moment });
  return done;
}

/** Takes effect, now or, for a read, as of the revision `at`. */
function execute(pending: Pending, past: StoreState[], at = past.length - 1): void {
  const state = past[at] as StoreState;
  const revision = past.length;
  const performed = perform(state, pending.call.operation, revision);
  const answer = performed.answer as StoreAnswer | StoreRefusal;
  if (answer.kind === "refused") {
    pending.outcome = answer;
    return;
  }
  const isChange = tookRevision(answer);
  if (isChange) past.push(performed.state);
  pending.outcome = { kind: "answered", answer, revision: isChange ? revision : at };
}
