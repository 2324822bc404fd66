import t from "tap";
import type { Effort } from "../../src/kv/effort.ts";
import { EFFORT_PER_TURN, PAST_READS_MAX, PastReads } from "../../src/node/past-reads.ts";
import type { LinkId } from "../../src/transport/service.ts";

/** Reads of known cost, and what became of them in which turn. */
class Bench {
  readonly told = new Map<number, string>();
  readonly reads = new PastReads((origin, body, freshness) => {
    const what = body.kind === "failure" ? body.failure.code : (freshness?.level ?? "");
    this.told.set(origin.id, `${what} in turn ${this.turn}`);
  });
  turn = 0;
  #id = 0;

  /** A read that needs so much effort. */
  add(cost: number, { deadlineMs = 1000, link = 1 } = {}): number {
    const id = ++this.#id;
    let left = cost;
    const run = (effort: Effort) => {
      for (; left > 0 && !effort.isSpent; left--) effort.spend(1);
      return left > 0 ? undefined : ({ kind: "record", record: undefined } as const);
    };
    const freshness = { level: "linearizable" } as const;
    this.reads.add({ origin: { link: link as LinkId, id }, deadlineMs, freshness, past: { run } });
    return id;
  }

  run(): boolean {
    this.turn++;
    return this.reads.run();
  }
}

t.test("what is found soon is answered in the same turn", async (t) => {
  const bench = new Bench();
  const ids = [bench.add(0), bench.add(100)];
  t.equal(bench.run(), false);
  t.strictSame(
    ids.map((id) => bench.told.get(id)),
    ["linearizable in turn 1", "linearizable in turn 1"],
  );
  t.equal(bench.reads.count, 0);
});

t.test("a turn's effort is bounded, and a long search does not hold up a short one", async (t) => {
  const bench = new Bench();
  const long = bench.add(EFFORT_PER_TURN * 3);
  const short = bench.add(10);
  t.equal(bench.run(), true);
  t.equal(bench.told.get(short), "linearizable in turn 1");
  while (bench.run());
  t.equal(bench.told.get(long), "linearizable in turn 3");
});

t.test("many long searches go on a few at a time, and all of them end", async (t) => {
  const bench = new Bench();
  const ids = Array.from({ length: 40 }, () => bench.add(EFFORT_PER_TURN));
  while (bench.run());
  const turns = ids.map((id) => Number(bench.told.get(id)?.split(" ").at(-1)));
  t.ok(Math.max(...turns) < 60, "nothing is done twice");
  t.ok(
    Math.max(...turns.slice(0, 16)) < Math.min(...turns.slice(24)),
    "later ones wait for earlier ones to end",
  );
});

t.test("a search whose time is up is refused, one that nobody waits for is dropped", async (t) => {
  const bench = new Bench();
  const late = bench.add(EFFORT_PER_TURN * 10, { deadlineMs: 50 });
  const gone = bench.add(EFFORT_PER_TURN * 10, { link: 2 });
  bench.run();
  bench.reads.expire(49);
  bench.reads.dropLink(2 as LinkId);
  t.equal(bench.reads.count, 1);
  bench.reads.expire(50);
  t.equal(bench.told.get(late), "timeout in turn 1");
  t.notOk(bench.told.has(gone));
  t.equal(bench.run(), false);
});

t.test("more searches than there is room for are refused", async (t) => {
  const bench = new Bench();
  for (let index = 0; index < PAST_READS_MAX; index++) bench.add(1);
  t.equal(bench.told.size, 0);
  const refused = bench.add(1);
  t.equal(bench.told.get(refused), "overloaded in turn 0");
});
