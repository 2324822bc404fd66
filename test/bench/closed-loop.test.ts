import { setImmediate as nextTurn } from "node:timers/promises";
import t from "tap";
import { runClosedLoop } from "../../bench/cluster/closed-loop.ts";

/** A clock that moves one ms each time somebody looks. */
function steppingClock() {
  let ms = 0;
  return { nowMs: () => ++ms, wallMs: () => 0 };
}

const quiet = { onStart: () => undefined, onEnd: () => undefined };

t.test("as many requests wait at once as were asked for, never more", async (t) => {
  let waiting = 0;
  let most = 0;
  await runClosedLoop({
    ...quiet,
    outstanding: 7,
    warmUpMs: 5,
    windowMs: 10,
    clock: steppingClock(),
    request: async () => {
      waiting += 1;
      most = Math.max(most, waiting);
      await nextTurn();
      waiting -= 1;
    },
  });
  t.equal(most, 7);
  t.equal(waiting, 0, "every request was waited for");
});

t.test("only what was answered within the window counts", async (t) => {
  let answered = 0;
  let inWindow = 0;
  let phase = "before";
  const result = await runClosedLoop({
    outstanding: 3,
    warmUpMs: 5,
    windowMs: 10,
    clock: steppingClock(),
    onStart: () => {
      phase = "window";
    },
    onEnd: () => {
      phase = "after";
    },
    request: async () => {
      await nextTurn();
      answered += 1;
      if (phase === "window") inWindow += 1;
    },
  });
  t.equal(result.ops, inWindow);
  t.ok(answered > inWindow, "the warm-up was left out");
  t.equal(result.errors, 0);
});

t.test("failures are counted apart, the first is kept, and they do not hold the loop up", async (t) => {
  const refusal = new Error("refused");
  const result = await runClosedLoop({
    ...quiet,
    outstanding: 2,
    warmUpMs: 1,
    windowMs: 10,
    clock: steppingClock(),
    request: () => Promise.reject(refusal),
  });
  t.equal(result.ops, 0);
  t.ok(result.errors > 0);
  t.equal(result.firstError, refusal);
});

t.test("percentiles are of the time from sending to the answer", async (t) => {
  let nowMs = 0;
  const result = await runClosedLoop({
    ...quiet,
    outstanding: 1,
    warmUpMs: 1,
    windowMs: 10,
    clock: { nowMs: () => nowMs, wallMs: () => 0 },
    request: async () => {
      await nextTurn();
      nowMs += 4;
    },
  });
  for (const ms of [result.p50Ms, result.p99Ms, result.p999Ms, result.maxMs]) {
    t.ok(Math.abs(ms - 4) < 0.01, `${ms} is 4 ms but for the histogram's grain`);
  }
});
