import t from "tap";
import { SlidingWindow } from "../../src/transport/sliding-window.ts";
import { SeededRandom } from "./lossy-world.ts";

t.test("every number is new once; too old ones never are", async (t) => {
  for (const start of [0, 2 ** 32 - 100, 2 ** 47]) {
    const random = new SeededRandom(1);
    const window = new SlidingWindow(64);
    const seen = new Set<number>();
    let highest = -1;
    for (let count = 0; count < 5000; count++) {
      const number = start + Math.floor(count / 5) + random.below(100) + (random.below(200) === 0 ? 90 : 0);
      const isOld = number <= highest - 64;
      t.equal(window.isSeen(number), isOld || seen.has(number));
      if (window.isSeen(number)) continue;
      window.add(number);
      seen.add(number);
      highest = Math.max(highest, number);
    }
  }
});

t.test("a leap forgets everything below the window", async (t) => {
  const window = new SlidingWindow(32);
  for (let number = 0; number < 32; number++) window.add(number);
  window.add(1_000_000);
  for (let number = 1_000_000 - 31; number < 1_000_000; number++) t.notOk(window.isSeen(number));
  t.ok(window.isSeen(5));
  t.throws(() => window.add(1_000_000));
});
