import t from "tap";
import type { MicroCase } from "../../bench/micro/micro-case.ts";
import { SUITES } from "../../bench/micro/suites.ts";

const runOnce = (target: MicroCase): Promise<void> =>
  new Promise((resolve) => {
    if (target.kind === "async") return target.run(resolve);
    target.run();
    resolve();
  });

for (const [name, open] of Object.entries(SUITES)) {
  t.test(`each case of the ${name} benchmark does its work, again and again`, async (t) => {
    const suite = await open();
    try {
      t.equal(suite.name, name);
      for (const target of suite.cases) {
        for (let round = 0; round < 3; round++) await runOnce(target);
        t.pass(target.name);
      }
    } finally {
      await suite.close();
    }
  });
}
