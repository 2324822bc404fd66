import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import t from "tap";
import { diskFindings, measureDisk } from "../../src/cli/disk-probe.ts";

const directory = mkdtempSync(join(tmpdir(), "kvd-disk-probe-"));
t.teardown(() => rmSync(directory, { recursive: true, force: true }));

t.test("a disk is measured by syncs of a file that is gone afterwards", async (t) => {
  let nowMs = 0;
  const times = measureDisk(directory, () => {
    nowMs += 2;
    return nowMs;
  });
  t.same(times, new Array(50).fill(2));
  t.same(readdirSync(directory), []);
  t.throws(() => measureDisk(join(directory, "missing"), () => 0), {
    exitCode: 9,
    message: /disk of .*missing: ENOENT/,
  });
});

t.test("a quick disk is no finding, a slow one is", async (t) => {
  const times = (slowMs: number) => [...new Array(40).fill(1), ...new Array(10).fill(slowMs)];
  t.same(diskFindings("/d", times(20)), []);
  t.match(diskFindings("/d", times(40)), [{ severity: "advice" }]);
  t.match(diskFindings("/d", times(80)), [
    { severity: "warning", evidence: "/d: of 50 syncs half took 1.0 ms or less, 99 % 80.0 ms" },
  ]);
});
