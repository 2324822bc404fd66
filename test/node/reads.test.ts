import t from "tap";
import { type Failure, failure } from "../../src/base/errors.ts";
import { type Slot, slot } from "../../src/base/ids.ts";
import { Reads } from "../../src/node/reads.ts";
import type { LinkId } from "../../src/transport/service.ts";
import type { Consistency, Freshness } from "../../src/wire/client-messages.ts";

type Told = Freshness | string;

/** A node's reads with its clock and its state in hand. */
class Bench {
  nowMs = 1_000;
  applied = slot(10);
  revision = 7;
  refusal: Failure | undefined;
  readonly told = new Map<number, Told>();
  readonly reads = new Reads({
    clock: { nowMs: () => this.nowMs, wallMs: () => 0 },
    applied: () => this.applied,
    revision: () => this.revision,
    answer: ({ origin }, freshness) => void this.told.set(origin.id, freshness),
    refuse: ({ id }, { code }) => void this.told.set(id, code),
    refusal: () => this.refusal,
  });
  #id = 0;

  /** Asks, and gives what is told at once. */
  ask(consistency: Consistency, timeoutMs = 5_000): Told | undefined {
    const id = ++this.#id;
    const key = new Uint8Array(1);
    this.reads.begin({ link: 1 as LinkId, id }, { kind: "get", id, timeoutMs, key, consistency });
    return this.told.get(id);
  }

  /** What the read that was asked last was told by now. */
  get last(): Told | undefined {
    return this.told.get(this.#id);
  }

  /** The leader's answer to what is asked now, after so long. */
  confirm(index: Slot | undefined, afterMs = 0): void {
    const id = this.reads.askFor();
    if (id === undefined) throw new Error("nobody wants an index");
    this.nowMs += afterMs;
    this.reads.onOutcome(id, index);
  }

  apply(applied: number, revision: number): void {
    this.applied = slot(applied);
    this.revision = revision;
    this.reads.answerReached();
  }
}

t.test("a linearizable read is answered when an index asked for after it is applied", async (t) => {
  const bench = new Bench();
  t.equal(bench.ask({ level: "linearizable" }), undefined);
  bench.confirm(slot(12));
  t.equal(bench.last, undefined);
  bench.apply(12, 7);
  t.strictSame(bench.last, { level: "linearizable" });
});

t.test("nothing is read where there is no state, at no level", async (t) => {
  const bench = new Bench();
  bench.refusal = failure("behind", "not_applied", "no state");
  for (const consistency of [
    { level: "linearizable" },
    { level: "sequential", token: slot(1) },
    { level: "stale" },
  ] as const) {
    t.equal(bench.ask(consistency), "behind", consistency.level);
  }
});

t.test("a sequential read waits for what its session has seen, and asks nobody", async (t) => {
  const bench = new Bench();
  t.strictSame(bench.ask({ level: "sequential", token: slot(10) }), { level: "sequential" });
  t.equal(bench.ask({ level: "sequential", token: slot(11) }), undefined);
  t.equal(bench.reads.askFor(), undefined);
  bench.apply(11, 8);
  t.strictSame(bench.last, { level: "sequential" });
});

t.test("a stale read without a bound is answered from what is there, its age with it", async (t) => {
  const bench = new Bench();
  t.strictSame(bench.ask({ level: "stale" }), { level: "stale" }, "of an unknown age");
  bench.ask({ level: "linearizable" });
  bench.confirm(slot(10), 40);
  bench.nowMs += 100;
  t.strictSame(bench.ask({ level: "stale" }), { level: "stale", ageMs: 140 });
});

t.test("a stale read with a bound takes an index when what is there may be older", async (t) => {
  const bench = new Bench();
  const bounded: Consistency = { level: "stale", maxStalenessMs: 200 };
  t.equal(bench.ask(bounded), undefined, "nobody knows the age");
  bench.confirm(slot(10), 50);
  t.strictSame(bench.last, { level: "linearizable", ageMs: 50 });
  bench.nowMs += 150;
  t.strictSame(bench.ask(bounded), { level: "stale", ageMs: 200 });
  bench.nowMs += 1;
  t.equal(bench.ask(bounded), undefined);
  bench.confirm(undefined);
  t.equal(bench.last, "no_leader", "cut off from a leader, it says so instead of an old value");
  t.strictSame(bench.ask({ level: "stale" }), { level: "stale", ageMs: 201 });
});

t.test("an index that is not applied yet makes nothing fresh", async (t) => {
  const bench = new Bench();
  bench.ask({ level: "linearizable" });
  bench.confirm(slot(15));
  t.equal(bench.ask({ level: "stale", maxStalenessMs: 1_000 }), undefined);
  bench.confirm(slot(15));
  bench.apply(14, 9);
  t.equal(bench.last, undefined);
  t.strictSame(bench.ask({ level: "stale" }), { level: "stale" });
  bench.apply(15, 10);
  t.strictSame(bench.told.get(2), { level: "linearizable", ageMs: 0 });
});

t.test("a bound counts when the read is answered, not when it arrived", async (t) => {
  const bench = new Bench();
  bench.ask({ level: "linearizable" });
  bench.confirm(slot(10));
  const waiting: Consistency = { level: "stale", maxStalenessMs: 100, minRevision: 8 };
  t.equal(bench.ask(waiting), undefined);
  bench.nowMs += 500;
  bench.apply(11, 8);
  t.equal(bench.last, undefined, "meanwhile the state has grown too old");
  bench.confirm(slot(11));
  t.strictSame(bench.last, { level: "linearizable", ageMs: 0 });
});

t.test(
  "a least revision is waited for at every level, and an absurd one only as long as the caller does",
  async (t) => {
    const bench = new Bench();
    const levels: readonly Consistency[] = [
      { level: "linearizable", minRevision: 9 },
      { level: "sequential", token: slot(0), minRevision: 9 },
      { level: "stale", minRevision: 9 },
    ];
    for (const consistency of levels) t.equal(bench.ask(consistency, 100), undefined);
    bench.confirm(slot(10));
    t.equal(bench.told.size, 0);
    bench.apply(20, 9);
    t.strictSame([...bench.told.values()].map((one) => (typeof one === "string" ? one : one.level)).sort(), [
      "linearizable",
      "sequential",
      "stale",
    ]);
    t.equal(bench.ask({ level: "stale", minRevision: 1e15 }, 100), undefined);
    bench.nowMs += 100;
    bench.reads.expire();
    t.equal(bench.last, "behind");
  },
);

t.test(
  "the age of what is here is known once an index was confirmed, and grows until the next",
  async (t) => {
    const bench = new Bench();
    t.equal(bench.reads.ageMs, undefined);
    bench.ask({ level: "linearizable" }, 100);
    bench.confirm(slot(15));
    t.equal(bench.reads.ageMs, undefined, "confirmed, and not applied yet");
    bench.nowMs += 30;
    bench.apply(20, 9);
    t.equal(bench.reads.ageMs, 30, "the asking counts");
    bench.nowMs += 5;
    t.equal(bench.reads.ageMs, 35);
  },
);

t.test("reads that nobody confirms or that cannot be meant are refused", async (t) => {
  const bench = new Bench();
  bench.ask({ level: "linearizable" }, 100);
  bench.reads.askFor();
  bench.nowMs += 100;
  bench.reads.expire();
  t.equal(bench.last, "timeout");
  const key = new Uint8Array(0);
  const consistency = { level: "stale" } as const;
  bench.reads.begin({ link: 1 as LinkId, id: 99 }, { kind: "get", id: 99, timeoutMs: 1, key, consistency });
  t.equal(bench.told.get(99), "bad_request");
});
