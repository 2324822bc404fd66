import t from "tap";
import { type ErrorCode, failure, type Outcome } from "../../../src/base/errors.ts";
import { slot } from "../../../src/base/ids.ts";
import type { KeyRecord } from "../../../src/kv/command.ts";
import { Answers } from "../../../src/lab/oracles/answers.ts";
import type { Asked } from "../../../src/lab/oracles/client-tap.ts";
import { Model } from "../../../src/lab/oracles/model.ts";
import { StaleBounds } from "../../../src/lab/oracles/stale-bounds.ts";
import type { Freshness, Reply, ReplyBody, Request } from "../../../src/wire/client-messages.ts";
import { apply, commandBytes, type RequestShape } from "./commands.ts";

const encoder = new TextEncoder();
const PUT = { kind: "put", previous: undefined } as const;
const FIRST = { ...PUT, revision: 1, createRevision: 1, version: 1 };
const recordOf = (value: string, revision: number, version: number): KeyRecord => ({
  value: encoder.encode(value),
  createRevision: 1,
  modRevision: revision,
  version,
  leaseId: 0,
});

/** A model with two puts of `k` in slots 1 and 2, both asked for by a client. */
class World {
  readonly model = new Model();
  /** The members' clocks. */
  readonly clocks = new Map([["n1", 1000]]);
  readonly bounds = new StaleBounds(() => new Map(this.clocks));
  readonly answers = new Answers(this.model, this.bounds);
  readonly asked: Asked[] = [];

  constructor() {
    for (const [index, value] of ["a", "b"].entries()) this.choose({ sequence: index + 1, value });
  }

  ask(shape: RequestShape): Asked {
    return this.answers.onRequest({
      kind: "mutate",
      id: shape.sequence,
      timeoutMs: 1,
      command: commandBytes(shape),
      forwarded: false,
    });
  }

  choose(shape: RequestShape): void {
    this.asked.push(this.ask(shape));
    const at = slot(this.model.watermark);
    this.bounds.onLearned();
    this.answers.onChosen(at, apply(this.model, 0, shape));
  }

  get(level: "linearizable" | "sequential", token = 1): Asked {
    const consistency = level === "linearizable" ? { level } : { level, token: slot(token) };
    return this.answers.onRequest({
      kind: "get",
      id: 1,
      timeoutMs: 1,
      key: encoder.encode("k"),
      consistency,
    });
  }

  range(): Asked {
    const request: Request = {
      kind: "range",
      id: 1,
      timeoutMs: 1,
      start: encoder.encode("a"),
      end: undefined,
      limit: 10,
      bytesMax: 1000,
      keysOnly: false,
      consistency: { level: "linearizable" },
    };
    return this.answers.onRequest(request);
  }

  answer(
    asked: Asked | undefined,
    body: ReplyBody,
    at = this.model.watermark,
    freshness?: Freshness,
  ): () => void {
    const { revision } = this.model.metaAt(at);
    const told = { id: 1, body, applied: slot(at), revision, leader: undefined, servedBy: "n1" };
    const reply: Reply = freshness === undefined ? told : { ...told, freshness };
    return () => {
      if (asked !== undefined) this.answers.onReply(asked, reply);
    };
  }

  fail(asked: Asked, code: ErrorCode, outcome: Outcome): () => void {
    return this.answer(asked, { kind: "failure", failure: failure(code, outcome, "") });
  }
}

t.test("a result is that of the one execution, and applied where it was answered", async (t) => {
  const world = new World();
  const result = (changes: object): ReplyBody => ({ kind: "result", result: { ...FIRST, ...changes } });
  t.doesNotThrow(world.answer(world.asked[0], result({})));
  t.throws(world.answer(world.asked[0], result({ revision: 3 })), /^I20 an answer is of its one/);
  t.throws(world.answer(world.asked[0], result({ version: 2 })), /^I20/);
  t.throws(world.answer(world.asked[0], result({}), 1), /^I21/);
  t.throws(world.answer(world.ask({ sequence: 9, value: "z" }), result({})), /^I20 an answer is of an/);
});

t.test("what nobody asked for, or in other words, is never chosen", async (t) => {
  const world = new World();
  const batch = (shape: RequestShape) => apply(new Model(), 0, shape);
  t.throws(() => world.answers.onChosen(slot(3), batch({ sequence: 9, value: "z" })), /^I3.*nobody/);
  t.throws(() => world.answers.onChosen(slot(3), batch({ sequence: 1, value: "z" })), /^I3.*other words/);
});

t.test("expired is never executed, before or after", async (t) => {
  let world = new World();
  t.throws(world.fail(world.asked[0] as Asked, "expired", "not_applied"), /^I20 expired/);
  world = new World();
  t.doesNotThrow(world.fail(world.asked[0] as Asked, "expired", "unknown"));
  t.doesNotThrow(world.fail(world.asked[0] as Asked, "not_leader", "not_applied"), "of this attempt alone");
  const late = world.ask({ sequence: 9, value: "z" });
  t.doesNotThrow(world.fail(late, "expired", "not_applied"));
  t.doesNotThrow(() => world.answers.finish());
  world.choose({ sequence: 9, value: "z" });
  t.throws(() => world.answers.finish(), /^I20 expired/);
});

t.test("a read shows what its revision holds", async (t) => {
  const world = new World();
  const shows = (record: KeyRecord | undefined) =>
    world.answer(world.get("sequential"), { kind: "record", record });
  t.doesNotThrow(shows(recordOf("b", 2, 2)));
  t.throws(shows(recordOf("a", 1, 1)), /^I22/);
  t.throws(shows(recordOf("x", 2, 2)), /^I22/);
  t.throws(shows(undefined), /^I22/);
  const old = { kind: "record", record: recordOf("a", 1, 1) } as const;
  t.doesNotThrow(world.answer(world.get("sequential"), old, 2), "as of slot 1");
});

t.test("a read is as fresh as its level says", async (t) => {
  const world = new World();
  const old = { kind: "record", record: recordOf("a", 1, 1) } as const;
  t.throws(world.answer(world.get("linearizable"), old, 2), /^I28/);
  t.throws(world.answer(world.get("sequential", 3), old, 2), /^I23/);
  const early = new World().get("linearizable");
  t.doesNotThrow(world.answer({ ...early, watermark: 2 }, old, 2), "it left before slot 2 was known");
});

t.test("a range shows all keys of its revision and no other", async (t) => {
  const world = new World();
  const item = { key: encoder.encode("k"), record: recordOf("b", 2, 2) };
  const shows = (items: readonly (typeof item)[], more = false) =>
    world.answer(world.range(), { kind: "range", items, more });
  t.doesNotThrow(shows([item]));
  t.throws(shows([]), /^I22/);
  t.throws(shows([item, item]), /^I22/);
  t.throws(shows([item], true), /^I22/, "there is no more");
  t.throws(shows([{ ...item, record: recordOf("a", 1, 1) }]), /^I22/);
});

t.test("a stale read is within the bound that it was asked for with, and as old as it says", async (t) => {
  const world = new World();
  const stale = (maxStalenessMs?: number): Asked => {
    const bound = maxStalenessMs === undefined ? {} : { maxStalenessMs };
    const consistency = { level: "stale", ...bound } as const;
    return world.answers.onRequest({
      kind: "get",
      id: 1,
      timeoutMs: 1,
      key: encoder.encode("k"),
      consistency,
    });
  };
  const old = { kind: "record", record: recordOf("a", 1, 1) } as const;
  // Slots 1 and 2 were learned at 1,000 of n1's clock.
  world.clocks.set("n1", 1500);
  t.doesNotThrow(world.answer(stale(), old, 2), "no bound");
  t.doesNotThrow(world.answer(stale(600), old, 2));
  t.throws(world.answer(stale(400), old, 2), /^I28 a stale read/);
  t.throws(world.answer(stale(), old, 2, { level: "stale", ageMs: 400 }), /^I28/, "by its own word");
  t.throws(world.answer(stale(600), old, 2, { level: "linearizable" }), /^I28/);
  t.doesNotThrow(world.answer(stale(), old, 2, { level: "stale", ageMs: 600 }));
});

t.test("a read of the past shows the revision that it was asked for", async (t) => {
  const world = new World();
  const get = (revision: number): Asked => {
    const consistency = { level: "linearizable" } as const;
    const key = encoder.encode("k");
    return world.answers.onRequest({ kind: "get", id: 1, timeoutMs: 1, key, revision, consistency });
  };
  const range = (): Asked => ({
    ...world.range(),
    request: { ...world.range().request, revision: 1 } as Request,
  });
  const old = recordOf("a", 1, 1);
  t.doesNotThrow(world.answer(get(1), { kind: "record", record: old }));
  t.throws(world.answer(get(1), { kind: "record", record: recordOf("b", 2, 2) }), /^I22/);
  t.throws(world.answer(get(3), { kind: "record", record: recordOf("b", 2, 2) }), /^I22 no read from/);
  const items = [{ key: encoder.encode("k"), record: old }];
  t.doesNotThrow(world.answer(range(), { kind: "range", items, more: false }));
  t.throws(world.answer(range(), { kind: "range", items: [], more: false }), /^I22/);
});
