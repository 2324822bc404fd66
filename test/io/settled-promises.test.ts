import t from "tap";
import { settledPromises } from "../../src/io/settled-promises.ts";

t.test("whatever promises lead to is done when it returns", async (t) => {
  for (let round = 0; round < 600; round++) {
    let depth = 0;
    const descend = async (left: number): Promise<void> => {
      if (left === 0) return;
      await Promise.resolve();
      depth++;
      await descend(left - 1);
    };
    void descend(100);
    await settledPromises();
    if (depth !== 100) t.fail(`${depth} of 100 in round ${round}`);
  }
  t.pass("600 rounds");
});

t.test("timers get their turn, too", async (t) => {
  let hasFired = false;
  setTimeout(() => {
    hasFired = true;
  }, 0);
  for (let count = 0; count < 1_000_000 && !hasFired; count++) await settledPromises();
  t.ok(hasFired);
});
