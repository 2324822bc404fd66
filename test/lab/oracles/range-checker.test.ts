import t from "tap";
import { History, type RangeRead, type SeenRecord } from "../../../src/lab/oracles/history.ts";
import { checkRanges, type GroupOperation } from "../../../src/lab/oracles/range-checker.ts";
import { SeededRandom } from "../../../src/lab/world/seeded-random.ts";
import { put, unknownPut } from "./histories.ts";

const record = (tag: string, revision: number): SeenRecord => ({
  tag,
  version: 1,
  createRevision: revision,
  modRevision: revision,
});

function range(
  from: number,
  to: number,
  found: Readonly<Record<string, SeenRecord>>,
  through?: string,
): RangeRead {
  return {
    client: "c2",
    prefix: "w/",
    through,
    records: new Map(Object.entries(found)),
    revision: 0,
    invoked: from,
    returned: to,
    invokedMs: from,
    returnedMs: to,
  };
}

const on = (key: string, operation: ReturnType<typeof put>): GroupOperation => ({ ...operation, key });
const A = on("w/a", put(1, 2, { tag: "a", version: 1, revision: 1 }));
const B = on("w/b", put(3, 4, { tag: "b", version: 1, revision: 2 }));
const verdictOf = (...operations: readonly GroupOperation[]): string => checkRanges(operations).kind;
const BOTH = { "w/a": record("a", 1), "w/b": record("b", 2) };

t.test("a range shows all keys as of one moment", async (t) => {
  t.equal(verdictOf(A, B, range(5, 6, BOTH)), "linearizable");
  t.equal(verdictOf(A, B, range(2.1, 6, { "w/a": record("a", 1) })), "linearizable", "beside the second put");
  t.equal(verdictOf(A, B, range(5, 6, { "w/a": record("a", 1) })), "impossible", "the second is missing");
  t.equal(
    verdictOf(A, B, range(0.1, 9, { "w/b": record("b", 2) })),
    "impossible",
    "the second without the first",
  );
});

t.test("a range that mixes two moments is found although each key by itself is right", async (t) => {
  const next = on("w/a", put(3, 4, { tag: "a2", version: 2, revision: 2, created: 1 }));
  const late = on("w/b", put(5, 6, { tag: "b", version: 1, revision: 3 }));
  const b = record("b", 3);
  const a2 = { tag: "a2", version: 2, createRevision: 1, modRevision: 2 };
  t.equal(verdictOf(A, next, late, range(2.1, 9, { "w/a": a2, "w/b": b })), "linearizable");
  t.equal(verdictOf(A, next, late, range(2.1, 9, { "w/a": record("a", 1) })), "linearizable");
  t.equal(verdictOf(A, next, late, range(2.1, 9, { "w/a": record("a", 1), "w/b": b })), "impossible");
});

t.test("keys behind the end of a page were not looked at", async (t) => {
  t.equal(verdictOf(A, B, range(5, 6, { "w/a": record("a", 1) }, "w/a")), "linearizable");
  t.equal(verdictOf(A, B, range(5, 6, { "w/b": record("b", 2) }, "w/b")), "impossible");
});

t.test("a range may show a write of unknown outcome, and from then on it is there", async (t) => {
  const unknown = on("w/b", unknownPut(3, 4, "b"));
  const sees = range(7, 8, BOTH);
  t.equal(verdictOf(A, unknown, range(5, 6, { "w/a": record("a", 1) }), sees), "linearizable");
  t.equal(verdictOf(A, unknown, sees, range(9, 10, { "w/a": record("a", 1) })), "impossible");
});

t.test("what is given up is called so", async (t) => {
  const operations = Array.from({ length: 10 }, (_, index) =>
    on(`w/${index}`, unknownPut(1, 2, `u${index}`)),
  );
  const nothingOfIt = range(20, 21, { "w/a": record("x", 9) });
  t.equal(checkRanges([...operations, nothingOfIt], 100).kind, "gave-up");
});

/** Three clients change and read three keys of a store of one copy; `breaks`: one range in the middle is of two moments. */
function simulate(
  random: SeededRandom,
  breaks: boolean,
): { operations: readonly GroupOperation[]; broken: boolean } {
  const history = new History(() => 0);
  let store = new Map<string, SeenRecord>();
  let before = store;
  let revision = 0;
  let broken = false;
  for (let at = 0; at < 60; at++) {
    const key = `w/${random.below(3)}`;
    if (random.isLucky(0.4)) {
      const open = history.invokeRange("c2", "w/");
      const isWrong: boolean = breaks && !broken && at > 30 && before.get("w/0") !== store.get("w/0");
      const records = new Map(store);
      const old = before.get("w/0");
      if (isWrong && old === undefined) records.delete("w/0");
      else if (isWrong && old !== undefined) records.set("w/0", old);
      broken ||= isWrong;
      history.finishRange(open, { through: undefined, records, revision });
      continue;
    }
    const tag = `t${at}`;
    const open = history.invoke("c1", key, { kind: "put", tag });
    const isUnknown = random.isLucky(0.03);
    before = store;
    if (!isUnknown || random.isLucky(0.5)) {
      revision += 1;
      const there = store.get(key);
      const createRevision = there?.createRevision ?? revision;
      const version = (there?.version ?? 0) + 1;
      store = new Map(store).set(key, { tag, version, createRevision, modRevision: revision });
    }
    const { version = 0, createRevision = 0 } = store.get(key) ?? {};
    history.finish(
      open,
      isUnknown ? { kind: "unknown" } : { kind: "put", version, createRevision, revision },
    );
  }
  const keys = [...history.keys()];
  return { operations: [...history.rangesOf("w/"), ...keys.flatMap((key) => history.of(key))], broken };
}

t.test("random histories of one copy are possible, with a range of two moments they are not", async (t) => {
  let broken = 0;
  for (let seed = 1; seed <= 100; seed++) {
    const good = verdictOf(...simulate(new SeededRandom(seed), false).operations);
    if (good !== "linearizable") t.fail(`seed ${seed}: ${good}`);
    const bad = simulate(new SeededRandom(seed), true);
    if (!bad.broken) continue;
    broken += 1;
    const verdict = verdictOf(...bad.operations);
    if (verdict !== "impossible") t.fail(`seed ${seed}: a range of two moments was found ${verdict}`);
  }
  t.ok(broken > 60, `${broken} were broken`);
});
