import t from "tap";
import { failure, KvdError } from "../../src/base/errors.ts";
import { claimPlace } from "../../src/client/claims.ts";
import { lockName } from "../../src/client/contenders.ts";
import { LockQueue } from "../../src/client/lock-queue.ts";
import type { ClaimOptions } from "../../src/client/options.ts";
import type { Claim } from "../../src/client/replies.ts";
import { LockBench } from "./lock-bench.ts";

const [FIRST, SECOND] = [100, 101];

/** What became of a claim: `held`, `not held`, or the code of its error. */
type Outcome = "held" | "not held" | string;

function claims(bench: LockBench) {
  const deps = bench.deps();
  const claimed: Claim[] = [];
  const claim = async (leaseId: number, options: ClaimOptions = {}): Promise<Outcome> => {
    const wanted = { name: lockName("job"), leaseId };
    try {
      const found = await claimPlace(wanted, options, new LockQueue(deps), deps);
      if (found !== undefined) claimed.push(found);
      return found === undefined ? "not held" : "held";
    } catch (error) {
      return error instanceof KvdError ? error.failure.code : String(error);
    }
  };
  return { claim, claimed };
}

t.test("a lock is held for a lease that nobody here keeps alive, and goes to the next one", async (t) => {
  const bench = new LockBench();
  const { claim, claimed } = claims(bench);
  t.equal(await claim(FIRST), "held");
  const next = claim(SECOND, { waitMs: 60_000 });
  await bench.run(30_000);
  t.equal(bench.keepAlives, 0);
  bench.end(FIRST);
  await bench.run(1);
  t.equal(await next, "held");
  const [former, latter] = claimed;
  t.ok(Number(latter?.token) > Number(former?.token));
  t.equal(latter?.leaseId, SECOND);
});

t.test("whoever waited in vain has left no place behind", async (t) => {
  const bench = new LockBench();
  const { claim } = claims(bench);
  await claim(FIRST);
  t.equal(await claim(SECOND), "not held");
  t.equal(bench.stored.size, 1);
  const late = claim(SECOND, { waitMs: 500 });
  await bench.run(499);
  t.equal(bench.stored.size, 2);
  await bench.run(1);
  t.equal(await late, "not held");
  t.equal(bench.stored.size, 1);
  const giveUp = new AbortController();
  const gone = claim(SECOND, { waitMs: 60_000, signal: giveUp.signal });
  await bench.run(1);
  t.equal(bench.stored.size, 2);
  giveUp.abort();
  await bench.run(1);
  t.equal(await gone, "timeout");
  t.equal(bench.stored.size, 1);
});

t.test("who asks again with the same lease has the place that it had", async (t) => {
  const bench = new LockBench();
  const { claim, claimed } = claims(bench);
  t.equal(await claim(FIRST), "held");
  t.equal(await claim(FIRST), "held");
  t.equal(claimed[1]?.token, claimed[0]?.token);
});

t.test("a place that was taken over is not given up by the one who had it before", async (t) => {
  const bench = new LockBench();
  const { claim, claimed } = claims(bench);
  await claim(FIRST);
  const giveUp = new AbortController();
  const before = claim(SECOND, { waitMs: 60_000, signal: giveUp.signal });
  await bench.run(1);
  const again = claim(SECOND, { waitMs: 60_000 });
  await bench.run(1);
  giveUp.abort();
  await bench.run(1);
  t.equal(await before, "timeout");
  t.equal(bench.stored.size, 2, "the place is still there");
  bench.end(FIRST);
  await bench.run(1);
  t.equal(await again, "held");
  t.equal(claimed.at(-1)?.leaseId, SECOND);
});

t.test("one whose lease ends while it waits is told at once", async (t) => {
  const bench = new LockBench();
  const { claim } = claims(bench);
  await claim(FIRST);
  const waiting = claim(SECOND, { waitMs: 60_000 });
  await bench.run(1);
  bench.end(SECOND);
  await bench.run(1);
  t.equal(await waiting, "lease_not_found");
});

t.test("nobody is told that a lock is held when the cluster cannot be asked", async (t) => {
  const bench = new LockBench();
  const { claim } = claims(bench);
  await claim(FIRST);
  const waiting = claim(SECOND, { waitMs: 1_000, timeoutMs: 2_000 });
  await bench.run(1);
  bench.refusal = new KvdError(failure("no_leader", "not_applied", "nobody leads"));
  await bench.run(10_000);
  t.equal(await waiting, "timeout");
});
