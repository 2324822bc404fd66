import t from "tap";
import { toHex } from "../../src/base/bytes.ts";
import { failure, KvdError } from "../../src/base/errors.ts";
import type { Lock } from "../../src/client/lock.ts";
import { LockBench } from "./lock-bench.ts";

const HERE = new KvdError(failure("no_leader", "not_applied", "nobody leads"));

async function failureOf(promise: Promise<unknown>): Promise<string> {
  const error: unknown = await promise.then(
    () => "settled",
    (thrown: unknown) => thrown,
  );
  return error instanceof KvdError ? error.failure.code : String(error);
}

/** Ten who want the same lock, and who got it, in order. */
async function crowd(bench: LockBench): Promise<{ readonly order: number[]; readonly got: Lock[] }> {
  const order: number[] = [];
  const got: Lock[] = [];
  for (let who = 0; who < 10; who++) {
    void bench
      .locks()
      .lock("job")
      .then((lock) => {
        order.push(who);
        got.push(lock);
      });
    await bench.run(1);
  }
  return { order, got };
}

t.test("the lock goes round in the order in which it was asked for, and the tokens rise", async (t) => {
  const bench = new LockBench();
  const { order, got } = await crowd(bench);
  for (let turn = 0; turn < 10; turn++) {
    t.equal(got.length, turn + 1, "one at a time");
    await got[turn]?.release();
    await bench.run(1);
  }
  t.strictSame(order, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  const tokens = got.map(({ token }) => token);
  t.strictSame(
    tokens,
    [...tokens].sort((left, right) => left - right),
  );
  t.equal(bench.stored.size, 0);
});

t.test("a release wakes the next one alone", async (t) => {
  const bench = new LockBench();
  const { got } = await crowd(bench);
  const [own, ...others] = bench.watched;
  t.equal(new Set(others).size, 9, "each watches another key");
  t.equal(others[0], own, "and the holder its own");
  const before = bench.lists;
  await got[0]?.release();
  await bench.run(1);
  t.equal(bench.lists - before, 1);
});

t.test("when one who waits gives up, the one behind waits for the one before", async (t) => {
  const bench = new LockBench();
  const first = await bench.locks().lock("job");
  const giveUp = new AbortController();
  const second = failureOf(bench.locks().lock("job", { signal: giveUp.signal }));
  await bench.run(1);
  let third: Lock | undefined;
  void bench
    .locks()
    .lock("job")
    .then((lock) => {
      third = lock;
    });
  await bench.run(1);
  giveUp.abort();
  await bench.run(1);
  t.equal(await second, "timeout");
  t.equal(third, undefined);
  t.equal(bench.stored.size, 2, "it left no key behind");
  await first.release();
  await bench.run(1);
  t.equal(third?.isHeld, true);
});

t.test("who cannot wait is told at once, and stands in nobody's way", async (t) => {
  const bench = new LockBench();
  const first = await bench.locks().tryLock("job");
  t.equal(first?.isHeld, true);
  t.equal(await bench.locks().tryLock("job"), undefined);
  const late = failureOf(bench.locks().lock("job", { timeoutMs: 500 }));
  await bench.run(499);
  t.equal(bench.stored.size, 2);
  await bench.run(1);
  t.equal(await late, "timeout");
  t.equal(bench.stored.size, 1);
});

t.test("a place that was given up is not kept alive, though nobody can be told", async (t) => {
  const bench = new LockBench();
  const first = await bench.locks().lock("job", { ttlMs: 600_000 });
  const late = failureOf(bench.locks().lock("job", { timeoutMs: 500 }));
  await bench.run(400);
  bench.refusal = HERE;
  await bench.run(100);
  t.equal(await late, "timeout");
  bench.refusal = undefined;
  const before = bench.keepAlives;
  await bench.run(60_000);
  t.equal(bench.keepAlives, before);
  t.equal(first.isHeld, true);
});

t.test("other keys and other locks below the name are none of its business", async (t) => {
  const bench = new LockBench();
  const inner = await bench.locks().lock("job/inner");
  const { key } = inner;
  bench.stored.set("00", {
    key: new TextEncoder().encode("job/0"),
    value: key,
    leaseId: 0,
    createRevision: 1,
  });
  const odd = new TextEncoder().encode("job/00000000000000ff");
  bench.stored.set("01", { key: odd, value: key, leaseId: 9, createRevision: 1 });
  const outer = await bench.locks().tryLock("job");
  t.equal(outer?.isHeld, true);
  t.strictSame((await bench.locks().holder("job", {})).waiters, 0);
});

t.test("a lock whose key is taken away is lost at once", async (t) => {
  const bench = new LockBench();
  const lock = await bench.locks().lock("job");
  let reason: unknown;
  lock.lost.addEventListener("abort", () => {
    reason = lock.lost.reason;
  });
  await bench.run(1);
  bench.end(lock.leaseId);
  await bench.run(1);
  t.equal(lock.isHeld, false);
  t.ok(reason instanceof KvdError && reason.failure.code === "lease_not_found");
  await lock.release();
});

t.test(
  "a lock that nobody confirms in its time is lost, and its end is no news after a release",
  async (t) => {
    const bench = new LockBench();
    const lost = await bench.locks().lock("job", { ttlMs: 1_000 });
    const other = await bench.locks().lock("other", { ttlMs: 1_000 });
    await other.release();
    bench.refusal = HERE;
    await bench.run(979);
    t.equal(lost.isHeld, true);
    await bench.run(1);
    t.equal(lost.isHeld, false);
    t.equal(lost.lost.aborted, true);
    t.equal(other.lost.aborted, false);
  },
);

t.test("one who waits keeps its place while nobody leads, and asks on", async (t) => {
  const bench = new LockBench();
  const first = await bench.locks().lock("job", { ttlMs: 60_000 });
  let second: Lock | undefined;
  void bench
    .locks()
    .lock("job", { ttlMs: 60_000 })
    .then((lock) => {
      second = lock;
    });
  await bench.run(1);
  const places = [...bench.stored.keys()];
  bench.refusal = HERE;
  bench.end(first.leaseId);
  await bench.run(5_000);
  t.equal(second, undefined);
  bench.refusal = undefined;
  await bench.run(250);
  t.equal(toHex(second?.key ?? new Uint8Array()), places[1]);
});

t.test("a place that was lost with its lease is taken again at the end of the queue", async (t) => {
  const bench = new LockBench();
  const first = await bench.locks().lock("job");
  let second: Lock | undefined;
  void bench
    .locks()
    .lock("job")
    .then((lock) => {
      second = lock;
    });
  await bench.run(1);
  bench.end(2);
  await bench.run(6_000);
  t.equal(bench.stored.size, 2, "it stands there again");
  await first.release();
  await bench.run(1);
  t.equal(second?.leaseId, 3);
});

t.test("what cannot be entered is refused, and a name is needed", async (t) => {
  const bench = new LockBench();
  t.equal(await failureOf(bench.locks().lock("")), "bad_request");
  bench.refusal = HERE;
  t.equal(await failureOf(bench.locks().lock("job")), "no_leader");
  const given = AbortSignal.abort();
  t.equal(await failureOf(bench.locks().lock("job", { signal: given })), "timeout");
});
