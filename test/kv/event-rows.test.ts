import t from "tap";
import { EVENT_ROW_BYTES_MAX } from "../../src/base/limits.ts";
import { cutEvents, firstEventRow } from "../../src/kv/event-rows.ts";
import { encodeEvents } from "../../src/storage/event-rows.ts";
import { record } from "./test-rows.ts";
import { text } from "./test-state.ts";

const event = (revision: number, valueBytes: number | undefined) => ({
  key: text("key"),
  revision,
  record: valueBytes === undefined ? undefined : record(revision, valueBytes),
  previousRevision: 0,
});

t.test("changes of a slot share small rows in their order, and a large one has its own", async (t) => {
  const sizes = [100, 1000, 1000, 5000, 10, undefined, 10];
  const events = sizes.map((size, index) => event(index < 5 ? 1 : 2, size));
  const rows = cutEvents(events);
  t.same(
    rows.map(({ revision, part, events }) => [revision, part, events.length]),
    [
      [1, 0, 2],
      [1, 1, 1],
      [1, 2, 1],
      [2, 3, 3],
    ],
  );
  t.same(
    rows.flatMap((row) => row.events),
    events,
  );
  t.same(cutEvents([]), []);
});

t.test("a shared row is no larger on disk than it may be", async (t) => {
  for (const row of cutEvents(Array.from({ length: 100 }, (_, index) => event(1, 7 * index)))) {
    if (row.events.length > 1) t.ok(encodeEvents(row.events).length <= EVENT_ROW_BYTES_MAX + 8);
  }
});

t.test("the first row from a revision on holds that revision, or a later one", async (t) => {
  const rows = cutEvents([1, 1, 1, 4, 4, 9].map((revision) => event(revision, 1900)));
  const found = [0, 1, 2, 4, 5, 9, 10].map((from) => firstEventRow(rows, from));
  t.same(found, [0, 0, 3, 3, 5, 5, 6]);
});
