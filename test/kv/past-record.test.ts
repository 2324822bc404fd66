import t from "tap";
import { Effort } from "../../src/kv/effort.ts";
import { PastRecord } from "../../src/kv/past-record.ts";
import { Recorded } from "./recorded.ts";
import { del, put, text } from "./test-state.ts";

/** Revisions 1 to 8, the first three of which are forgotten. */
function past(): Recorded {
  const recorded = new Recorded();
  for (const operation of [
    put("old", "1"),
    put("later", "2"),
    put("late delete", "3"),
    put("a", "4"),
    del("a"),
    put("later", "6"),
    put("a", "7"),
    del("late delete"),
  ])
    recorded.apply([operation]);
  recorded.apply([{ kind: "compact", revision: 3 }]);
  return recorded;
}

t.test("a record is as it was after any revision that is kept, or since when it is known", async (t) => {
  const recorded = past();
  const at = (key: string, revision: number): string => {
    const found = new PastRecord(recorded, text(key), revision).run(new Effort(1000));
    if (found?.kind !== "known") return `since ${found?.since}`;
    return found.record === undefined ? "absent" : Buffer.from(found.record.value).toString();
  };
  t.strictSame(
    [4, 5, 6, 7, 8].map((revision) => at("a", revision)),
    ["4", "absent", "absent", "7", "7"],
  );
  t.equal(at("old", 5), "1", "unchanged since before the window: as it is now");
  t.equal(at("none", 5), "absent");
  t.equal(at("later", 5), "since 6");
  t.equal(at("later", 6), "6");
  t.equal(at("late delete", 7), "since 8");
  t.equal(at("late delete", 8), "absent");
});
