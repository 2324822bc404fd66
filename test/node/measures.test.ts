import t from "tap";
import { countOf } from "../../src/base/time-buckets.ts";
import type { PastSpace } from "../../src/node/free-space-trail.ts";
import { Measures } from "../../src/node/measures.ts";
import type { SeenSpace } from "../../src/node/space.ts";

function measured() {
  const now = { ms: 1_000 };
  const space: { seen: SeenSpace | undefined; freeBefore: (ageMs: number) => PastSpace | undefined } = {
    seen: undefined,
    freeBefore: () => undefined,
  };
  const measures = new Measures({
    clock: { nowMs: () => now.ms, wallMs: () => 1_700_000_000_000 },
    space,
    snapshot: () => ({ watermark: 7, bytes: 512 }),
    machine: () => new Map([["process_rss_bytes", 3]]),
    settings: new Map([["history.age", "1h"]]),
  });
  return { measures, now, space };
}

t.test("a node tells its clock, its figures, its settings and its times", async (t) => {
  const { measures, now, space } = measured();
  now.ms += 250;
  measures.answered("get", 1_240);
  measures.committed(3);
  space.seen = { freeBytes: 5, totalBytes: 9, reserveBytes: 1 };
  space.freeBefore = (ageMs) => ({ freeBytes: 100 + ageMs, ageMs: ageMs - 1 });
  const { wallMs, figures, settings, timings } = measures.now;
  t.equal(wallMs, 1_700_000_000_000);
  t.same(Object.fromEntries(figures), {
    uptime_ms: 250,
    leaders_lately: 0,
    snapshot_slot: 7,
    snapshot_bytes: 512,
    disk_free_bytes: 5,
    disk_total_bytes: 9,
    disk_reserve_bytes: 1,
    disk_free_hour_bytes: 3_600_100,
    disk_free_hour_age_ms: 3_599_999,
    disk_free_day_bytes: 86_400_100,
    disk_free_day_age_ms: 86_399_999,
    process_rss_bytes: 3,
  });
  t.equal(settings.get("history.age"), "1h");
  t.same(
    [...timings].map(([name, counts]) => [name, countOf(counts)]),
    [
      ["get", 1],
      ["log_commit", 1],
      ["log_commit_lately", 1],
    ],
  );
});

t.test("changes of the leader are counted for ten minutes", async (t) => {
  const { measures, now } = measured();
  const lately = () => measures.now.figures.get("leaders_lately");
  measures.onLeader();
  now.ms += 300_000;
  measures.onLeader();
  t.equal(lately(), 2);
  now.ms += 300_000;
  t.equal(lately(), 1);
  for (let count = 0; count < 1_000; count++) measures.onLeader();
  t.equal(lately(), 64, "memory is bounded");
});

t.test("it is told since when somebody leads, once anybody does", async (t) => {
  const { measures, now } = measured();
  const age = () => measures.now.figures.get("leader_age_ms");
  t.equal(age(), undefined);
  measures.onLeader();
  now.ms += 86_400_000;
  t.equal(age(), 86_400_000);
  measures.onLeader();
  t.equal(age(), 0);
});
