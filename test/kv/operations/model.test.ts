import { deepStrictEqual } from "node:assert/strict";
import fc from "fast-check";
import t from "tap";
import type { Slot } from "../../../src/base/ids.ts";
import type { Compare, Condition, Lifetime, Operation, TxnStep } from "../../../src/kv/command.ts";
import type { EventReader, KeyEvent } from "../../../src/kv/event.ts";
import { EventHistory } from "../../../src/kv/event-history.ts";
import { invalidReason } from "../../../src/kv/invalid-reason.ts";
import { keyText } from "../../../src/kv/key-text.ts";
import { Machine } from "../../../src/kv/machine.ts";
import { Overlay } from "../../../src/kv/overlay.ts";
import { ROLES } from "../../../src/kv/principal.ts";
import { executionKey, Model } from "../../../src/lab/oracles/model.ts";
import { changesOf } from "../recorded.ts";
import { Bench } from "../test-bench.ts";
import { batch, command, TestState, testCrypto, text } from "../test-state.ts";

const KEYS = ["a", "ab", "b", "c"];
const key = fc.constantFrom(...KEYS).map(text);
const value = fc.constantFrom("", "1", "-7", "9223372036854775807", "x", '{"a":1}').map(text);
const document = fc.constantFrom("1", '{"a":null}', '{"b":{"c":[2]}}').map(text);
const number = fc.constantFrom("1", "-7", "9223372036854775807").map(text);
const revision = fc.integer({ min: 0, max: 12 });
const relation = fc.constantFrom("=" as const, "!=" as const, "<" as const, ">" as const);
const interval = fc
  .constantFrom(["", undefined], ["a", "b"], ["ab", "c"], ["b", undefined])
  .map(([start, end]) => ({
    start: text(start ?? ""),
    end: end === undefined ? undefined : text(end),
  }));

const condition: fc.Arbitrary<Condition> = fc.oneof(
  revision.map((number) => ({ kind: "revision" as const, revision: number })),
  value.map((expected) => ({ kind: "value" as const, value: expected })),
);
const conditional = fc.option(condition, { nil: undefined }).map((made) => (made ? { condition: made } : {}));

const principalId = fc.constantFrom("ada", "zoe");
const verifier = fc.constantFrom(1, 2).map((seed) => new Uint8Array(32).fill(seed));
const ttlMs = fc.constantFrom(100, 150, 400, 1000);
const leaseId = fc.constantFrom(1, 2, 7);
const lifetime: fc.Arbitrary<Lifetime> = fc.oneof(
  ttlMs.map((made) => ({ kind: "ttl" as const, ttlMs: made })),
  leaseId.map((made) => ({ kind: "lease" as const, leaseId: made })),
);
const lived = fc.option(lifetime, { nil: undefined }).map((made) => (made ? { lifetime: made } : {}));

const compare: fc.Arbitrary<Compare> = fc.oneof(
  fc.record({ target: fc.constant("exists" as const), key, exists: fc.boolean() }),
  fc.record({ target: fc.constant("value" as const), key, relation, value }),
  fc.record({
    target: fc.constantFrom("version" as const, "create-revision" as const, "mod-revision" as const),
    key,
    relation,
    number: revision,
  }),
);
const step: fc.Arbitrary<TxnStep> = fc.oneof(
  fc
    .tuple(key, value, fc.boolean(), lived)
    .map(([key, value, previous, rest]) => ({ kind: "put" as const, key, value, previous, ...rest })),
  fc.record({ kind: fc.constant("delete" as const), key, previous: fc.boolean() }),
  fc.record({ kind: fc.constant("get" as const), key }),
  interval.map((within) => ({ kind: "delete-range" as const, ...within })),
);
const steps = fc.array(step, { maxLength: 3 });

const operation: fc.Arbitrary<Operation> = fc.oneof(
  fc.tuple(key, value, fc.boolean(), conditional, lived).map(([key, value, previous, ...rest]) => ({
    kind: "put" as const,
    key,
    value,
    previous,
    ...rest[0],
    ...rest[1],
  })),
  fc
    .tuple(key, fc.boolean(), conditional)
    .map(([key, previous, rest]) => ({ kind: "delete" as const, key, previous, ...rest })),
  fc
    .tuple(interval, fc.constantFrom("up-to" as const, "exactly" as const), fc.integer({ min: 1, max: 4 }))
    .map(([within, kind, keys]) => ({ kind: "delete-range" as const, ...within, extent: { kind, keys } })),
  fc
    .array(
      fc.tuple(key, value, lived).map(([key, value, rest]) => ({ key, value, ...rest })),
      { maxLength: 3 },
    )
    .map((entries) => ({ kind: "put-all" as const, entries })),
  fc.record({
    kind: fc.constant("modify" as const),
    key,
    change: fc.oneof(
      fc.record({ kind: fc.constantFrom("incr" as const, "max" as const, "min" as const), argument: number }),
      fc.record({
        kind: fc.constantFrom("append" as const, "prepend" as const, "set-if-absent" as const),
        argument: value,
      }),
      fc.record({ kind: fc.constant("cas" as const), expected: value, argument: value }),
      fc.record({ kind: fc.constant("json-merge" as const), argument: document }),
    ),
    returnsValue: fc.boolean(),
    previous: fc.boolean(),
  }),
  fc.record({
    kind: fc.constant("txn" as const),
    compares: fc.array(compare, { maxLength: 2 }),
    steps,
    otherwise: steps,
  }),
  fc.record({ kind: fc.constant("touch" as const), key, ttlMs }),
  fc.record({
    kind: fc.constant("lease-grant" as const),
    leaseId: fc.constantFrom(0, 0, 1, 2, 7),
    ttlMs,
  }),
  fc.record({ kind: fc.constantFrom("lease-keep-alive" as const, "lease-revoke" as const), leaseId }),
  fc.record({ kind: fc.constant("compact" as const), revision: fc.integer({ min: 0, max: 30 }) }),
  fc.record({
    kind: fc.constant("principal-create" as const),
    id: principalId,
    role: fc.constantFrom(...ROLES),
    prefix: key,
    verifier,
  }),
  fc.record({ kind: fc.constant("principal-rotate" as const), id: principalId, verifier, graceMs: ttlMs }),
  fc.record({ kind: fc.constant("principal-revoke" as const), id: principalId }),
);

const slot = fc.record({
  operations: fc.array(
    operation.filter((made) => invalidReason(made) === undefined),
    { minLength: 1, maxLength: 4 },
  ),
  /** Whether the first command comes again, as a repeat of a lost answer would. */
  repeats: fc.boolean(),
  flushes: fc.boolean(),
  /** Cluster time since the slot before. */
  elapsedMs: fc.constantFrom(0, 1, 50, 99, 100, 300),
  /** Whether another machine goes on from what is flushed. */
  restarts: fc.boolean(),
});

t.test("every operation does what a plain map would, in any batches, and a repeat does nothing", async () => {
  fc.assert(
    fc.property(fc.array(slot, { maxLength: 25 }), (slots) => {
      const model = new Model();
      const plain = new Bench();
      const disk = new TestState();
      const overlay = new Overlay(disk, 1 as Slot);
      let other = new Machine(overlay, disk.recovered(), testCrypto);
      let sequence = 0;
      let stampMs = 0;
      for (const { operations, repeats, flushes, elapsedMs, restarts } of slots) {
        stampMs += elapsedMs;
        const commands = operations.map((made) => command(made, { sequence: ++sequence }));
        const all = repeats ? [...commands, ...commands.slice(0, 1)] : commands;
        const at = plain.slot as Slot;
        const applied = plain.apply(stampMs, ...all);
        model.apply(at, batch(stampMs, ...all));
        const expected = all.map(({ identity }, index) => {
          const key = executionKey(identity.client, identity.sequence);
          const outcome = model.executionOf(key)?.outcome;
          const isRepeat = index >= commands.length && outcome?.kind === "result";
          return isRepeat ? { ...outcome, repeated: true } : outcome;
        });
        deepStrictEqual(applied.outcomes.map(withoutMessage), expected);
        deepStrictEqual(applied.effects.meta, model.metaAt(at + 1));
        deepStrictEqual(contentOf(plain.state), contentOfModel(model));
        deepStrictEqual(sorted(plain.state.expiries), sorted(model.endsAt(at + 1)));
        deepStrictEqual(sorted(plain.state.leases), sorted(model.leasesAt(at + 1)));
        deepStrictEqual(sorted(plain.state.principals), sorted(model.principalsAt(at + 1)));

        const again = other.apply(at, batch(stampMs, ...all));
        deepStrictEqual(again, applied, "the same over an overlay");
        overlay.add(again.effects);
        for (const history of [
          new EventHistory(plain.state, plain.machine),
          new EventHistory(overlay, other),
        ])
          deepStrictEqual(changesMade(history), changesOfModel(model));
        if (!flushes) continue;
        overlay.seal();
        for (
          let slice = overlay.nextSlice((at + 1) as Slot);
          slice;
          slice = overlay.nextSlice((at + 1) as Slot)
        ) {
          disk.write(slice.rows, slice.meta);
          overlay.flushed(slice.watermark);
        }
        if (restarts) other = new Machine(overlay, disk.recovered(), testCrypto);
      }
    }),
    { numRuns: 400 },
  );
});

/** What is said for people is not part of the model. */
function withoutMessage(outcome: ReturnType<Bench["one"]>) {
  if (outcome.kind === "result") return outcome;
  const { code, conflict } = outcome.failure;
  return { kind: "failure", code, conflict };
}

function changesMade(history: EventReader) {
  const { compacted } = history;
  const all = [...history.events(compacted + 1)].map(changeText);
  return {
    all: all.sort(),
    ofKeys: KEYS.map((key) => changesOf(history, key).map(changeText)),
  };
}

function changesOfModel(model: Model) {
  const { revision, compacted } = model.metaAt(model.watermark);
  const ofKeys = KEYS.map((key) => {
    const own: string[] = [];
    for (let at = revision; at > compacted; at--) {
      const change = model.changeOf(key, at);
      if (change !== undefined) own.push(changeText({ key: text(key), ...change }));
    }
    return own;
  });
  return { all: ofKeys.flat().sort(), ofKeys };
}

function changeText({ key, revision, record, previousRevision }: KeyEvent): string {
  return JSON.stringify([keyText(key), revision, record, previousRevision]);
}

function contentOf(state: TestState) {
  return [...state.range(new Uint8Array(0), undefined)].map(([key, record]) => [keyText(key), record]);
}

function contentOfModel(model: Model) {
  const all = [...model.keys()].sort().map((key) => [key, model.recordAt(key, model.watermark)] as const);
  return all.filter(([, record]) => record !== undefined);
}

function sorted<Key, Content>(map: ReadonlyMap<Key, Content>) {
  return [...map].sort(([left], [right]) => (left < right ? -1 : 1));
}
