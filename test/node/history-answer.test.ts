import t from "tap";
import { historyAnswer, pastRecordAnswer } from "../../src/node/history-answer.ts";
import type { ReplyBody } from "../../src/wire/client-messages.ts";
import { text } from "../kv/test-state.ts";
import { EventLog } from "./event-log.ts";

const LINEARIZABLE = { level: "linearizable" } as const;

/** Keys that are changed at revisions 1 to 8, the first three of which are forgotten. */
function past() {
  const events = new EventLog();
  for (const keys of [
    ["old", "gone", "later", "late delete"],
    ["a"],
    ["-gone"],
    ["a", "b"],
    ["-a"],
    ["later"],
    ["a", "gone"],
    ["-late delete"],
  ])
    events.change(...keys);
  events.compacted = 3;
  const state = { get: (key: Uint8Array) => events.all.findLast((event) => same(event.key, key))?.record };
  return { events, state };
}

function same(left: Uint8Array, right: Uint8Array): boolean {
  return Buffer.from(left).equals(right);
}

function shown(answer: ReplyBody): string {
  if (answer.kind === "failure") return `${answer.failure.code} ${answer.failure.oldest ?? ""}`.trim();
  if (answer.kind === "record") return answer.record === undefined ? "absent" : value(answer.record.value);
  if (answer.kind !== "history") return answer.kind;
  const events = answer.events.map(({ revision, record }) => `${record === undefined ? "-" : ""}${revision}`);
  return `${events.join(" ")}${answer.more ? " ..." : ""}`;
}

function value(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString();
}

t.test("a key's changes come newest first, down to what is forgotten, a page at a time", async (t) => {
  const { events } = past();
  const page = { kind: "history", id: 1, timeoutMs: 1, consistency: LINEARIZABLE } as const;
  const history = (key: string, before = 0, limit = 10, bytesMax = 1000): string =>
    shown(historyAnswer({ ...page, key: text(key), before, limit, bytesMax }, events));
  t.equal(history("a"), "7 -5 4");
  t.equal(history("a", 7), "-5 4");
  t.equal(history("a", 0, 2), "7 -5 ...");
  t.equal(history("a", 0, 10, 1), "7 ...", "an event at least");
  t.equal(history("a", 4), "", "nothing is left of it");
  t.equal(history("a", 3), "compacted 4");
  t.equal(history("old"), "");
  t.equal(history("none"), "");
  t.equal(history("a", 100), "7 -5 4");
});

t.test("a record is found as it was after any revision that is kept", async (t) => {
  const { events, state } = past();
  const at = (key: string, revision: number): string =>
    shown(pastRecordAnswer({ key: text(key), revision, consistency: LINEARIZABLE }, { events, state }));
  t.strictSame(
    [4, 5, 6, 7, 8].map((revision) => at("a", revision)),
    ["4", "absent", "absent", "7", "7"],
  );
  t.equal(at("b", 8), "4");
  t.equal(at("old", 5), "1", "unchanged since before the window: as it is now");
  t.equal(at("none", 5), "absent");
  t.equal(at("gone", 5), "absent", "created anew within the window");
  t.equal(at("later", 5), "compacted 6", "overwritten within the window: what it was is forgotten");
  t.equal(at("later", 6), "6");
  t.equal(at("late delete", 7), "compacted 8");
  t.equal(at("a", 3), "compacted 4");
  t.equal(at("a", 9), "bad_request");
  const sequential = { level: "sequential", token: 0 as never } as const;
  const ahead = pastRecordAnswer({ key: text("a"), revision: 9, consistency: sequential }, { events, state });
  t.match(ahead, { failure: { code: "behind", retryable: true } }, "another replica may be there");
});
