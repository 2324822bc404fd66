import t from "tap";
import { pathFindings } from "../../src/cli/path-findings.ts";
import { pathTo, surveyed } from "./surveyed.ts";

const from = (...peers: ReturnType<typeof pathTo>[]) => surveyed([{ status: { peers } }]);

t.test("a path that carries what it was given has no finding", async (t) => {
  const before = from(pathTo("n2", { acked: 100, lost: 90 }));
  t.same(pathFindings(before, from(pathTo("n2", { acked: 132, lost: 92 }))), [], "2 of 34");
  t.same(pathFindings(before, from(pathTo("n2", { acked: 102, lost: 99 }))), [], "too few to tell");
  t.same(pathFindings(before, from({ ...pathTo("n2", { largeLost: 99 }), up: false })), []);
});

t.test("what was lost since the look before counts, and on a new link all of it", async (t) => {
  const after = from(pathTo("n2", { acked: 125, lost: 8 }));
  const finding = {
    severity: "warning",
    subject: "n1",
    evidence: "to n2: 8 of 33 packets were lost just now",
  };
  t.match(pathFindings(from(pathTo("n2", { acked: 100 })), after), [finding]);
  t.match(pathFindings(from(pathTo("n2", { acked: 100_000 })), from(pathTo("n2", { acked: 25, lost: 8 }))), [
    finding,
  ]);
  t.match(pathFindings([], from(pathTo("n2", { acked: 25, lost: 8 }))), [finding]);
});

t.test("large packets that all vanish while small ones pass are an MTU", async (t) => {
  const after = from(pathTo("n2", { acked: 20, lost: 40, largeLost: 40 }));
  t.match(pathFindings([], after), [
    {
      severity: "warning",
      evidence: /the last 40 of 900 to 1200 bytes did not/,
      remedy: /ping -M do -s 1172/,
    },
  ]);
});

t.test("a long round trip is a finding between any two", async (t) => {
  t.match(pathFindings([], from(pathTo("n2", {}, 140))), [{ evidence: "to n2: a round trip takes 140 ms" }]);
});
