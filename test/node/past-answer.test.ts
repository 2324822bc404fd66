import t from "tap";
import { present } from "../../src/base/assert.ts";
import { Effort } from "../../src/kv/effort.ts";
import { isPast, type PastRequest, pastAnswer } from "../../src/node/past-answer.ts";
import type { ReplyBody } from "../../src/wire/client-messages.ts";
import { TestState, text } from "../kv/test-state.ts";
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
  return { events, state: stateOf(events) };
}

/** What the changes have left. */
function stateOf({ all }: EventLog): TestState {
  const state = new TestState();
  for (const { key, record, revision } of all) {
    const row = { table: "tombstones", key, revision: record === undefined ? revision : undefined } as const;
    state.write([{ table: "keys", key, record }, row], state.meta);
  }
  return state;
}

function answer(request: PastRequest, source: ReturnType<typeof past>): ReplyBody {
  return present(pastAnswer(request, source).run(new Effort(10_000)), "a short past");
}

function shown(answer: ReplyBody): string {
  if (answer.kind === "failure") return `${answer.failure.code} ${answer.failure.oldest ?? ""}`.trim();
  if (answer.kind === "record") return answer.record === undefined ? "absent" : value(answer.record.value);
  if (answer.kind === "range") {
    const items = answer.items.map(({ key, record }) => `${value(key)}=${value(record.value)}`);
    return `${items.join(" ")}${answer.more ? " ..." : ""}`;
  }
  if (answer.kind !== "history") return answer.kind;
  const events = answer.events.map(({ revision, record }) => `${record === undefined ? "-" : ""}${revision}`);
  return `${events.join(" ")}${answer.more ? " ..." : ""}`;
}

function value(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString();
}

t.test("a key's changes come newest first, down to what is forgotten, a page at a time", async (t) => {
  const source = past();
  const page = { kind: "history", id: 1, timeoutMs: 1, consistency: LINEARIZABLE } as const;
  const history = (key: string, before = 0, limit = 10, bytesMax = 1000): string =>
    shown(answer({ ...page, key: text(key), before, limit, bytesMax }, source));
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

t.test("a record is told as it was after any revision that is kept", async (t) => {
  const source = past();
  const get = { kind: "get", id: 1, timeoutMs: 1, consistency: LINEARIZABLE } as const;
  const at = (key: string, revision: number): string =>
    shown(answer({ ...get, key: text(key), revision }, source));
  t.equal(at("a", 4), "4");
  t.equal(at("a", 5), "absent");
  t.equal(at("gone", 5), "absent", "created anew within the window");
  t.equal(at("later", 5), "compacted 6", "overwritten within the window: what it was is forgotten");
  t.equal(at("a", 3), "compacted 4");
  t.equal(at("a", 9), "bad_request");
  const consistency = { level: "sequential", token: 0 as never } as const;
  const ahead = answer({ ...get, key: text("a"), revision: 9, consistency }, source);
  t.match(ahead, { failure: { code: "behind", retryable: true } }, "another replica may be there");
});

t.test("an interval is told as it was after any revision that is kept", async (t) => {
  const source = past();
  const page = { kind: "range", id: 1, timeoutMs: 1, keysOnly: false, consistency: LINEARIZABLE } as const;
  const at = (start: string, end: string | undefined, revision: number, limit = 100): string => {
    const interval = { start: text(start), end: end === undefined ? undefined : text(end) };
    return shown(answer({ ...page, ...interval, limit, bytesMax: 1000, revision }, source));
  };
  t.equal(at("a", "c", 4), "a=4 b=4");
  t.equal(at("a", "c", 4, 1), "a=4 ...");
  t.equal(at("a", "c", 5), "b=4");
  t.equal(at("a", "c", 7), "a=7 b=4");
  t.equal(at("a", "c", 3), "compacted 4");
  t.equal(at("a", "c", 9), "bad_request");
  t.equal(at("a", "later", 7), "compacted 8", "of one key it is forgotten what it was");
  t.equal(at("later", undefined, 6), "later=6 old=1");
});

t.test("what is now is not of the past", async (t) => {
  const get = { kind: "get", id: 1, timeoutMs: 1, key: text("a"), consistency: LINEARIZABLE } as const;
  t.notOk(isPast(get));
  t.ok(isPast({ ...get, revision: 1 }));
  t.notOk(isPast({ kind: "principals", id: 1, timeoutMs: 1, consistency: LINEARIZABLE }));
});
