import t from "tap";
import { parseDuration } from "../../src/cli/duration.ts";

t.test("a duration needs a unit and lies between a millisecond and a day", async (t) => {
  t.equal(parseDuration("250ms", "x"), 250);
  t.equal(parseDuration("1.5s", "x"), 1_500);
  t.equal(parseDuration("2m", "x"), 120_000);
  for (const text of ["5", "", "0s", "-1s", "25h", "1d", "s", "1 s"]) {
    t.throws(() => parseDuration(text, "--timeout"), /^--timeout: /, text);
  }
});
