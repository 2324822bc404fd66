import t from "tap";
import { jsonActivity } from "../../src/cli/activity-json.ts";
import { ActivityView } from "../../src/cli/activity-view.ts";
import type { NodeStatus } from "../../src/wire/client-messages.ts";
import { surveyed } from "./surveyed.ts";

const slot = (value: number) => value as NodeStatus["chosen"];

/** Of two nodes that choose ten slots, and apply them, in each second; a second goes by at each look. */
function viewed(periodMs = 1_000): ActivityView {
  let looks = 0;
  return new ActivityView(async () => {
    looks++;
    const same: Partial<NodeStatus> = {
      ballot: "7.1",
      voters: ["n1", "n2"],
      startCount: 1,
      alarms: [],
      counters: new Map(),
      revision: 0,
      keys: 0,
      stateBytes: 0,
      chosen: slot(looks * 10),
      applied: slot(looks * 10),
    };
    const measures = { figures: new Map([["uptime_ms", looks * 1_000]]) };
    return surveyed([
      { status: { ...same, role: "leader", serving: true }, measures },
      { status: { ...same, role: "follower", serving: false, applied: slot(looks * 10 - 5) }, measures },
    ]);
  }, periodMs);
}

const titles = (view: ActivityView) => / (\S+)\*/.exec(view.text(1_000))?.[1];

t.test("each look is compared with the one before", async (t) => {
  const view = viewed();
  t.equal(view.activity, undefined);
  await view.look();
  t.equal(view.activity?.chosen, undefined);
  await view.look();
  await view.look();
  t.equal(view.activity?.chosen, 10);
  t.match(
    view.text(100),
    /^n1 leads, ballot 7.1 {2}10 slots\/s chosen[\s\S]*\nn1 +leader[\s\S]*\nn2 +follower/,
  );
});

t.test("keys choose the column that rows are sorted by, around the end and back", async (t) => {
  const view = viewed();
  await view.look();
  t.equal(titles(view), undefined, "by name at first");
  view.onKey("s");
  t.equal(titles(view), "WRITE/S");
  view.onKey("right");
  t.equal(titles(view), "W-P50");
  for (const _ of "123") view.onKey("left");
  t.equal(titles(view), "FAIL/S");
  view.onKey("s");
  t.equal(titles(view), undefined);
  for (const _ of "12345678") view.onKey("s");
  t.match(view.text(1_000), /LAG\*[\s\S]*\nn2 [\s\S]*\nn1 /, "who lags is above");
});

t.test("keys choose the period, within bounds", async (t) => {
  const view = viewed();
  t.equal(view.keys, "s sort  + - every 1s  ? help");
  view.onKey("+");
  t.equal(view.periodMs, 2_000);
  for (const _ of "1234567890") view.onKey("+");
  t.equal(view.periodMs, 60_000);
  for (const _ of "1234567890") view.onKey("-");
  t.equal(view.periodMs, 500);
  const odd = viewed(1_500);
  odd.onKey("-");
  t.equal(odd.periodMs, 1_000);
});

t.test("? explains the columns, and goes back", async (t) => {
  const view = viewed();
  await view.look();
  const before = view.text(80);
  view.onKey("?");
  t.match(view.text(80), /sort by the next column[\s\S]*\n {2}WRITE\/S /);
  t.ok(
    view
      .text(80)
      .split("\n")
      .every((line) => line.length < 110),
  );
  t.ok(view.text(80).split("\n").length < 32, "it is a page");
  view.onKey("?");
  t.equal(view.text(80), before);
  view.onKey("\n");
  t.equal(view.text(80), before, "other keys do nothing");
});

t.test("programs are told the same, and null where nothing is known", async (t) => {
  const view = viewed();
  await view.look();
  t.match(view.activity && jsonActivity(view.activity), {
    leader: "n1",
    chosen_per_s: null,
    nodes: [{ node: "n1", writes_per_s: null }, { node: "n2" }],
  });
  await view.look();
  const told = JSON.stringify(view.activity && jsonActivity(view.activity));
  t.match(JSON.parse(told), {
    leader: "n1",
    leader_age_ms: null,
    ballot: "7.1",
    chosen_per_s: 10,
    outage: null,
    nodes: [
      { node: "n1", role: "leader", applied_per_s: 10, write_p99_ms: null, lag: 0, alarms: [] },
      { node: "n2", role: "follower", applied_per_s: 10, lag: 5, rtt_ms: null },
    ],
  });
});
