import t from "tap";
import { parseSeedRange } from "../../src/cli/lab-options.ts";

t.test("a range of seeds has two ends in order, or is one seed", async (t) => {
  t.same(parseSeedRange("1..2000"), { first: 1, last: 2000 });
  t.same(parseSeedRange("17"), { first: 17, last: 17 });
  for (const text of ["", "a", "3..1", "1...2", "1..", "-1", "1..4294967296", "1.5"]) {
    t.throws(() => parseSeedRange(text), { code: "usage" });
  }
});
