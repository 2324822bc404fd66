import t from "tap";
import { FreeSpaceTrail } from "../../src/node/free-space-trail.ts";

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

t.test("what was free is found again by its age", async (t) => {
  const trail = new FreeSpaceTrail();
  t.equal(trail.within(HOUR_MS, 0), undefined);
  for (let minute = 0; minute <= 180; minute++) trail.note(1_000 - minute, minute * MINUTE_MS);
  const nowMs = 182 * MINUTE_MS;
  t.same(
    trail.within(HOUR_MS, nowMs),
    { freeBytes: 875, ageMs: 57 * MINUTE_MS },
    "each fifth minute is kept",
  );
  t.same(trail.within(24 * HOUR_MS, nowMs), { freeBytes: 1_000, ageMs: 182 * MINUTE_MS });
  t.same(trail.within(2 * MINUTE_MS, nowMs), { freeBytes: 820, ageMs: 2 * MINUTE_MS });
  t.equal(trail.within(MINUTE_MS, nowMs), undefined);
});

t.test("a day is remembered, and no more", async (t) => {
  const trail = new FreeSpaceTrail();
  const endMs = 7 * 24 * HOUR_MS;
  for (let ms = 0; ms <= endMs; ms += MINUTE_MS) trail.note(ms, ms);
  t.same(trail.within(Number.MAX_SAFE_INTEGER, endMs), {
    freeBytes: endMs - 24 * HOUR_MS,
    ageMs: 24 * HOUR_MS,
  });
});
