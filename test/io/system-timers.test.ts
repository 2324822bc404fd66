import t from "tap";
import { SystemClock } from "../../src/io/system-clock.ts";
import { SystemRandom } from "../../src/io/system-random.ts";
import { SystemTimers } from "../../src/io/system-timers.ts";

t.test("a cancelled timer does not run, however often it is cancelled", async (t) => {
  const timers = new SystemTimers();
  const cancelled = timers.after(1, () => t.fail("cancelled"));
  cancelled.cancel();
  cancelled.cancel();
  let count = 0;
  await new Promise<void>((resolve) => {
    const repeated = timers.every(1, () => {
      count++;
      if (count < 3) return;
      repeated.cancel();
      timers.after(5, resolve);
    });
  });
  t.equal(count, 3);
});

t.test("soon runs after this turn", async (t) => {
  const order: string[] = [];
  const done = new Promise<void>((resolve) => {
    new SystemTimers().soon(() => {
      order.push("soon");
      resolve();
    });
  });
  order.push("turn");
  await done;
  t.same(order, ["turn", "soon"]);
});

t.test("the monotonic clock does not run back, and randomness stays in its range", async (t) => {
  const clock = new SystemClock();
  let last = clock.nowMs();
  for (let count = 0; count < 1000; count++) {
    const nowMs = clock.nowMs();
    if (nowMs < last) t.fail("back");
    last = nowMs;
  }
  t.ok(clock.wallMs() > 1_700_000_000_000);
  const random = new SystemRandom();
  for (let count = 0; count < 1000; count++) if (![0, 1, 2].includes(random.below(3))) t.fail("range");
  t.equal(random.bytes(16).length, 16);
});
