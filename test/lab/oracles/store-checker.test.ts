import t from "tap";
import { bytesOf } from "../../../src/client/key-bytes.ts";
import type { StoreAnswer, StoreCall, StoreOperation } from "../../../src/lab/oracles/call-log.ts";
import { checkStore } from "../../../src/lab/oracles/store-checker.ts";
import { SeededRandom } from "../../../src/lab/world/seeded-random.ts";
import { type CallFault, SimulatedCalls } from "./simulated-calls.ts";

const SEEDS = 10;
const STEPS = 400;

t.test(
  "a store of one copy is linearizable, whatever is asked of it and however little is told",
  async (t) => {
    for (let seed = 1; seed <= SEEDS; seed++) {
      const calls = new SimulatedCalls(new SeededRandom(seed)).run(STEPS, "none");
      t.equal(checkStore(calls).kind, "linearizable", `seed ${seed}`);
    }
  },
);

const FAULTS: readonly CallFault[] = [
  "doubled-modify",
  "split-put-all",
  "ignored-condition",
  "lost-range",
  "stale-read",
];
for (const fault of FAULTS) {
  t.test(`${fault} is noticed`, async (t) => {
    let failed = 0;
    let noticed = 0;
    for (let seed = 1; seed <= SEEDS; seed++) {
      const world = new SimulatedCalls(new SeededRandom(seed));
      const { kind } = checkStore(world.run(STEPS, fault));
      if (world.hasFailed) failed++;
      if (kind === "impossible") noticed++;
    }
    t.ok(failed >= SEEDS / 2, `it happened in ${failed} of ${SEEDS} histories`);
    // What is overwritten before anybody looks, nobody can notice.
    t.ok(noticed > failed / 3 && noticed <= failed, `noticed in ${noticed}`);
  });
}

function call(
  at: readonly [invoked: number, returned: number | undefined],
  operation: StoreOperation,
  answer?: StoreAnswer,
  revision?: number,
): StoreCall {
  return { client: "c", operation, invoked: at[0], returned: at[1], answer, revision, revisionFloor: 0 };
}

const put = (value: string): StoreOperation => ({
  kind: "put",
  key: bytesOf("k"),
  value: bytesOf(value),
  previous: false,
});
const GET: StoreOperation = { kind: "get", key: bytesOf("k") };
const record = (value: string, modRevision: number, version: number): StoreAnswer => ({
  kind: "record",
  record: { value: bytesOf(value), createRevision: 1, modRevision, version, leaseId: 0 },
});
const first = call(
  [1, 2],
  put("a"),
  {
    kind: "result",
    result: { kind: "put", revision: 1, createRevision: 1, version: 1, previous: undefined },
  },
  1,
);

t.test("a change that nobody was answered may have any revision that is left, and no other", async (t) => {
  const unknown = call([3, undefined], put("b"));
  const kind = (...rest: readonly StoreCall[]): string => checkStore([first, unknown, ...rest]).kind;
  t.equal(kind(call([4, 5], GET, record("b", 2, 2), 7)), "linearizable");
  t.equal(kind(call([4, 5], GET, record("b", 1, 2), 7)), "impossible", "the revision of the first");
  t.equal(kind(call([4, 5], GET, record("a", 1, 1), 7)), "linearizable", "not yet");
  const twice = [call([4, 5], GET, record("b", 2, 2), 7), call([6, 7], GET, record("b", 3, 2), 7)];
  t.equal(kind(...twice), "impossible", "one change has one revision");
});

t.test("a key goes only when somebody deletes it, or the log says that its time was over", async (t) => {
  const gone = call([5, 6], GET, { kind: "record", record: undefined }, 3);
  t.equal(checkStore([first, gone]).kind, "impossible");
  const ended = call([3, 4], { kind: "ended", keys: ["k"] }, { kind: "ended" }, 2);
  t.equal(checkStore([first, ended, gone]).kind, "linearizable");
  const late = call([7, 8], { kind: "ended", keys: ["k"] }, { kind: "ended" }, 3);
  t.equal(checkStore([first, gone, late]).kind, "impossible", "seen before its slot was chosen");
});
