import t from "tap";
import { parseDuration, showDuration } from "../../src/cli/duration.ts";

t.test("a duration needs a unit and lies between a millisecond and a day", async (t) => {
  t.equal(parseDuration("250ms", "x"), 250);
  t.equal(parseDuration("1.5s", "x"), 1_500);
  t.equal(parseDuration("2m", "x"), 120_000);
  for (const text of ["5", "", "0s", "-1s", "25h", "1d", "s", "1 s"]) {
    t.throws(() => parseDuration(text, "--timeout"), /^--timeout: /, text);
  }
});

t.test("a time to live may be longer than a day, and is shown in its largest units", async (t) => {
  t.equal(parseDuration("26h", "--ttl", { msMax: 48 * 3_600_000 }), 93_600_000);
  t.throws(() => parseDuration("49h", "--ttl", { msMax: 48 * 3_600_000 }), /between 1ms and 48h/);
  const shown = [1, 999, 1_000, 29_570, 60_000, 125_900, 3_600_000, 93_780_000].map(showDuration);
  t.same(shown, ["1ms", "999ms", "1s", "29.5s", "1m", "2m5s", "1h", "26h3m"]);
});
