import t from "tap";
import { physicalLines } from "../../src/cli/physical-lines.ts";

t.test("a long line counts as often as the terminal breaks it", async (t) => {
  t.equal(physicalLines("a\nb\n", 80), 2);
  t.equal(physicalLines(`${"x".repeat(80)}\n`, 80), 1);
  t.equal(physicalLines(`${"x".repeat(81)}\n\n${"y".repeat(161)}\n`, 80), 6);
  t.equal(physicalLines("", 80), 0);
});
