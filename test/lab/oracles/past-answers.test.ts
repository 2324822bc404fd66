import t from "tap";
import { compacted, type Failure, failure } from "../../../src/base/errors.ts";
import { slot } from "../../../src/base/ids.ts";
import { Model } from "../../../src/lab/oracles/model.ts";
import { checkHistory, checkPastRefusal } from "../../../src/lab/oracles/past-answers.ts";
import type { EventItem, Reply, Request } from "../../../src/wire/client-messages.ts";
import { batch, command, del, put, text } from "../../kv/test-state.ts";

const LINEARIZABLE = { level: "linearizable" } as const;
const ASKED = { id: 1, timeoutMs: 1, consistency: LINEARIZABLE } as const;

/** Revisions 1 to 6, a slot each: `k` is put, put, deleted, put; between the last two `other` is put twice. */
function world(forgotten = 0) {
  const model = new Model();
  const operations = [
    put("k", "1"),
    put("k", "2"),
    del("k"),
    put("other", "4"),
    put("other", "5"),
    put("k", "6"),
  ];
  const compact = { kind: "compact", revision: forgotten } as const;
  for (const [index, operation] of [...operations, ...(forgotten === 0 ? [] : [compact])].entries())
    model.apply(slot(index + 1), batch(0, command(operation, { sequence: index + 1 })));
  const event = (revision: number): EventItem => {
    const change = model.changeOf("k", revision);
    if (change === undefined) throw new Error(`no change at ${revision}`);
    const { record, previousRevision } = change;
    return { key: text("k"), revision, record, previousRevision, previous: undefined };
  };
  const reply = { servedBy: "n1", revision: 6, applied: slot(model.watermark) } as unknown as Reply;
  const told = (revisions: readonly number[], more: boolean, { before = 0, floor = 7 } = {}) => {
    const request = { kind: "history", ...ASKED, key: text("k"), before, limit: 9, bytesMax: 999 } as const;
    return () => checkHistory(model, { request, floor, events: revisions.map(event), more }, reply);
  };
  const refused = (request: Partial<Request>, reason: Failure, watermark = model.watermark) => {
    return () => checkPastRefusal(model, { ...ASKED, ...request } as Request, watermark, reason);
  };
  return { told, refused, event, model, reply };
}

t.test("a history has every change from the newest to the first", async (t) => {
  const { told } = world();
  t.doesNotThrow(told([6, 3, 2, 1], false));
  t.doesNotThrow(told([6, 3], true));
  t.doesNotThrow(told([2, 1], false, { before: 3 }));
  t.throws(told([3, 2, 1], false), /^I22 a history/, "the newest is missing");
  t.doesNotThrow(told([3, 2, 1], false, { floor: 6 }), "unless it may be older");
  t.throws(told([6, 2, 1], false), /^I22/);
  t.throws(told([6, 3, 3, 2, 1], false), /^I22/);
  t.throws(told([6, 3], false), /^I22/, "it ends too early");
  t.throws(told([6, 3, 2, 1], true), /^I22/, "there is no more");
  t.throws(told([6], false, { before: 6 }), /^I22/, "that is not before 6");
  t.throws(told([], false), /^I22/);
});

t.test("a history may end where it is forgotten, and not before", async (t) => {
  const { told } = world(2);
  t.doesNotThrow(told([6, 3], false, { floor: 8 }));
  t.doesNotThrow(told([6, 3, 2], false, { floor: 7 }), "of a replica that does not know it yet");
  t.throws(told([6, 3, 2], false, { floor: 8 }), /^I22/);
  t.throws(told([6], false, { floor: 8 }), /^I22/);
});

t.test("a change is told as it was", async (t) => {
  const { event, model, reply } = world();
  const request = { kind: "history", ...ASKED, key: text("k"), before: 0, limit: 1, bytesMax: 999 } as const;
  for (const wrong of [{ previousRevision: 2 }, { record: undefined }, { key: text("other") }]) {
    const events = [{ ...event(6), ...wrong }];
    t.throws(() => checkHistory(model, { request, floor: 7, events, more: true }, reply), /^I22/);
  }
});

t.test("the past is refused only where it is forgotten", async (t) => {
  const { refused } = world(2);
  const get = { kind: "get", key: text("k") } as const;
  const other = { kind: "get", key: text("other") } as const;
  const range = { kind: "range", start: text("a"), end: undefined } as const;
  t.doesNotThrow(refused({ ...get, revision: 2 }, compacted(2, 3)));
  t.throws(refused({ ...get, revision: 3 }, compacted(3, 4)), /^I22 only/);
  t.throws(refused({ ...other, revision: 3 }, compacted(3, 4)), /^I22/, "it was never there");
  t.throws(refused({ ...range, revision: 3 }, compacted(3, 6)), /^I22/);
  t.throws(refused({ ...get, revision: 2 }, compacted(2, 2)), /^I22/, "it says to ask for the same again");
  const history = { kind: "history", key: text("k"), before: 2 } as const;
  t.doesNotThrow(refused(history, compacted(1, 3)));
  t.throws(refused({ ...history, before: 4 }, compacted(3, 4)), /^I22/);
});

t.test("what was changed last before the window, and again in it, may be refused until then", async (t) => {
  const { refused } = world(5);
  const { refused: early } = world(4);
  const range = { kind: "range", start: text("a"), end: undefined, revision: 5 } as const;
  t.doesNotThrow(refused({ ...range, revision: 5 }, compacted(5, 6)));
  t.throws(early({ ...range, revision: 5 }, compacted(5, 6)), /^I22/, "what changes next was not there then");
});

t.test("a revision that somebody was told of has come", async (t) => {
  const { refused } = world();
  const get = { kind: "get", key: text("k") } as const;
  const ahead = failure("bad_request", "not_applied", "");
  t.doesNotThrow(refused({ ...get, revision: 7 }, ahead));
  t.throws(refused({ ...get, revision: 6 }, ahead), /^I28/);
  t.doesNotThrow(refused({ ...get, revision: 6 }, ahead, 6), "it had not when it was asked for");
  t.doesNotThrow(refused({ ...get, revision: 6 }, failure("behind", "not_applied", "")), "of a replica");
});
