import t from "tap";
import { failure, KvdError } from "../../src/base/errors.ts";
import { HeldLease } from "../../src/client/held-lease.ts";

/** A lease of 300 ms, timers that run when told, and answers that are given when told. */
function world() {
  let nowMs = 0;
  const timers = new Set<{ atMs: number; action: () => void }>();
  const asked: { timeoutMs: number; resolve: () => void; reject: (error: unknown) => void }[] = [];
  const after = (delayMs: number, action: () => void) => {
    const timer = { atMs: nowMs + delayMs, action };
    timers.add(timer);
    return { cancel: () => timers.delete(timer) };
  };
  const held = new HeldLease(
    {
      leaseId: 7,
      ttlMs: 300,
      keepAlive: (timeoutMs) => new Promise((resolve, reject) => asked.push({ timeoutMs, resolve, reject })),
      clock: { nowMs: () => nowMs, wallMs: () => 0 },
      timers: { after, every: after, soon: (action) => action() },
    },
    0,
  );
  const runTo = async (untilMs: number) => {
    nowMs = untilMs;
    for (const timer of [...timers].sort((left, right) => left.atMs - right.atMs)) {
      if (timer.atMs > nowMs || !timers.delete(timer)) continue;
      timer.action();
    }
    await new Promise(setImmediate);
  };
  return { held, asked, timers, runTo, jumpTo: (ms: number) => (nowMs = ms) };
}

t.test(
  "it is kept alive at a third of its time, and relied on from when the keep-alive was sent",
  async (t) => {
    const { held, asked, runTo } = world();
    await runTo(99);
    t.equal(asked.length, 0);
    await runTo(100);
    t.equal(asked.length, 1);
    await runTo(250);
    asked[0]?.resolve();
    await runTo(251);
    await runTo(252);
    t.equal(held.isHeld, true);
    t.equal(asked.length, 2, "the third after the last sending is past");
    await runTo(393);
    t.equal(held.isHeld, true);
    await runTo(394);
    t.equal(held.isHeld, false);
    t.equal(held.lost.aborted, true);
  },
);

t.test("it is lost at once when the cluster says so", async (t) => {
  const { held, asked, runTo, timers } = world();
  await runTo(100);
  asked[0]?.reject(new KvdError(failure("lease_not_found", "not_applied", "gone")));
  await runTo(101);
  t.equal(held.lost.aborted, true);
  t.match(held.lost.reason, { message: "gone" });
  t.equal(timers.size, 0);
});

t.test("other failures are tried again until its time is over", async (t) => {
  const { held, asked, runTo } = world();
  await runTo(100);
  asked[0]?.reject(new KvdError(failure("no_leader", "not_applied", "nobody")));
  await runTo(101);
  t.equal(held.isHeld, true);
  await runTo(116);
  t.equal(asked.length, 2);
  t.ok((asked[1]?.timeoutMs ?? 0) <= 294 - 116);
});

t.test("a process that was paused past its time holds nothing, whatever is answered then", async (t) => {
  const { held, asked, runTo, jumpTo } = world();
  await runTo(100);
  jumpTo(400);
  t.equal(held.isHeld, false, "before any timer ran");
  asked[0]?.resolve();
  await runTo(401);
  t.equal(held.isHeld, false);
  t.equal(held.lost.aborted, true);
});

t.test("one that is not held any more is not told of as lost", async (t) => {
  const { held, runTo, timers } = world();
  held.stop();
  t.equal(timers.size, 0);
  await runTo(1000);
  t.equal(held.isHeld, false);
  t.equal(held.lost.aborted, false);
});
