import t from "tap";
import { failure } from "../../../src/base/errors.ts";
import { bytesOf } from "../../../src/client/key-bytes.ts";
import type { WatchEvent } from "../../../src/client/replies.ts";
import { Model } from "../../../src/lab/oracles/model.ts";
import { Watching, type WatchTrack } from "../../../src/lab/oracles/watch-log.ts";
import { apply } from "./commands.ts";

/** Revisions 1 to 4: `a/1` is put, `b/1` is put, `a/1` is put again and deleted. */
function world(prefix: string, from?: number): { readonly model: Model; readonly track: WatchTrack } {
  const model = new Model();
  apply(model, 10, { sequence: 1, key: "a/1", value: "x" }, { sequence: 2, key: "b/1", value: "y" });
  apply(model, 20, { sequence: 3, key: "a/1", value: "z" }, { sequence: 4, key: "a/1" });
  const watching = new Watching(model, prefix);
  return { model, track: watching.begin({ name: "c1", prefix, from, revisionFloor: 4 }) };
}

/** The event of a revision as the model has it. */
function eventOf(model: Model, revision: number): Exclude<WatchEvent, { kind: "progress" }> {
  const found = model.changeAt(model.placeOf(revision));
  if (found === undefined) throw new Error(`nothing at ${revision}`);
  const { key, change } = found;
  const { record, previousRevision } = change;
  const previous = model.recordAtRevision(key, revision - 1);
  const told = { key: bytesOf(key), revision, previousRevision, previous, endsRevision: true };
  return record === undefined ? { kind: "delete", ...told } : { kind: "put", ...told, record };
}

t.test("each change of the prefix once and in order is right, and nothing less", async (t) => {
  const { model, track } = world("a/", 1);
  for (const revision of [1, 3]) track.onEvent(eventOf(model, revision));
  t.notOk(track.isComplete);
  t.equal(track.next, 4);
  t.throws(
    () => track.onEvent({ kind: "progress", revision: 4 }),
    /said to know all up to 4, but not a\/1@4/,
  );
  track.onEvent(eventOf(model, 4));
  t.ok(track.isComplete);
  t.doesNotThrow(() => track.onEvent({ kind: "progress", revision: 4 }));
});

t.test("a repeat, a gap, somebody else's key or another value is caught", async (t) => {
  const { model } = world("a/", 1);
  const fresh = (): WatchTrack => world("a/", 1).track;
  const once = fresh();
  once.onEvent(eventOf(model, 1));
  t.throws(() => once.onEvent(eventOf(model, 1)), /^I22 a watch tells/);
  t.throws(() => fresh().onEvent(eventOf(model, 3)), /next is a\/1@1/);
  t.throws(() => once.onEvent(eventOf(model, 2)), /told of b\/1@2/);
  const other = { ...eventOf(model, 1), previousRevision: 7 };
  t.throws(() => fresh().onEvent(other), /^I22/);
  const cut = { ...eventOf(model, 1), endsRevision: false };
  t.throws(() => fresh().onEvent(cut), /goes on/);
  const third = fresh();
  third.onEvent(eventOf(model, 1));
  t.throws(() => third.onEvent({ ...eventOf(model, 3), previous: undefined }), /what was there before/);
});

t.test("a watch from now on begins after what anybody has been told of", async (t) => {
  t.throws(() => world("a/").track.onEvent({ kind: "progress", revision: 3 }), /^I28 a watch begins fresh/);
  const { track, model } = world("a/");
  t.equal(track.next, undefined);
  track.onEvent({ kind: "progress", revision: 4 });
  t.ok(track.isComplete);
  apply(model, 30, { sequence: 5, key: "a/2", value: "w" });
  t.notOk(track.isComplete);
  track.onEvent(eventOf(model, 5));
  t.ok(track.isComplete);
});

t.test("only what is forgotten may be refused", async (t) => {
  const { track } = world("a/", 1);
  t.throws(() => track.onRefused(failure("compacted", "not_applied", "")), /^I22 only what is forgotten/);
  t.doesNotThrow(() => track.onRefused(failure("timeout", "not_applied", "")));
});
