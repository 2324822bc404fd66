import t from "tap";
import { clusterFindings } from "../../src/cli/cluster-findings.ts";
import { surveyed } from "./surveyed.ts";

const clock = (offsetMs: number, boundMs = 2) => ({ clock: { offsetMs, boundMs } });
const setting = (name: string, value: string) => ({ measures: { settings: new Map([[name, value]]) } });
const leaders = (count: number) => ({ measures: { figures: new Map([["leaders_lately", count]]) } });

t.test("clocks are apart only when they surely are", async (t) => {
  t.same(clusterFindings(surveyed([clock(0), clock(300), clock(-200)])), []);
  t.same(clusterFindings(surveyed([clock(0), clock(700, 300), clock(0)])), [], "it may be 400 ms");
  t.same(
    clusterFindings(surveyed([clock(90_000), clock(90_001), clock(90_002)])),
    [],
    "it is who asks that is wrong",
  );
  t.match(clusterFindings(surveyed([clock(0), clock(2_300), clock(1)])), [
    {
      severity: "warning",
      subject: "n2",
      evidence: /^its wall clock is 2.3 s \(within 4 ms\) ahead of that of n3$/,
    },
  ]);
  t.match(clusterFindings(surveyed([clock(0), clock(-800), clock(1)])), [
    { subject: "n2", evidence: /is 800 ms .* behind that of n1$/ },
  ]);
});

t.test("a setting that is not the same everywhere is named with who has which", async (t) => {
  t.same(clusterFindings(surveyed([setting("tail.slots", "1"), setting("tail.slots", "1"), {}])), []);
  const members = surveyed([
    setting("history.age", "1h"),
    setting("history.age", "2h"),
    setting("history.age", "1h"),
  ]);
  t.match(clusterFindings(members), [
    {
      severity: "warning",
      subject: "cluster",
      evidence: "the setting history.age is 1h at n1, n3; 2h at n2",
    },
  ]);
});

t.test("a leader that changes again and again is a finding", async (t) => {
  t.same(clusterFindings(surveyed([leaders(4), leaders(2)])), []);
  t.match(clusterFindings(surveyed([leaders(2), leaders(9)])), [
    { severity: "warning", subject: "cluster", evidence: "within ten minutes office changed 9 times" },
  ]);
});
