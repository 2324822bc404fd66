import t from "tap";
import type { Compare, Relation } from "../../../src/kv/command.ts";
import { holds } from "../../../src/kv/operations/compare.ts";
import { text } from "../test-state.ts";

const KEY = text("k");
const RECORD = { value: text("m"), createRevision: 3, modRevision: 7, version: 2, leaseId: 0 };
const RELATIONS: readonly Relation[] = ["=", "!=", "<", ">"];
/** Which relations hold of a number below, equal to and above the one that it is compared with. */
const HELD = { below: ["!=", "<"], equal: ["="], above: ["!=", ">"] } as const;

const heldBy = (
  make: (relation: Relation) => Compare,
  record: typeof RECORD | undefined,
): readonly Relation[] => RELATIONS.filter((relation) => holds(make(relation), record));

t.test("numbers are compared as numbers; those of an absent key are 0", async (t) => {
  const targets = [
    ["version", 2],
    ["create-revision", 3],
    ["mod-revision", 7],
  ] as const;
  for (const [target, present] of targets) {
    const against = (number: number) => (relation: Relation) =>
      ({ target, key: KEY, relation, number }) as const;
    t.same(heldBy(against(present + 1), RECORD), HELD.below, target);
    t.same(heldBy(against(present), RECORD), HELD.equal, target);
    t.same(heldBy(against(present - 1), RECORD), HELD.above, target);
    t.same(heldBy(against(0), undefined), HELD.equal, target);
    t.same(heldBy(against(1), undefined), HELD.below, target);
  }
});

t.test("values are compared as unsigned bytes; an absent key has none", async (t) => {
  const against = (value: Uint8Array) => (relation: Relation) =>
    ({ target: "value", key: KEY, relation, value }) as const;
  t.same(heldBy(against(text("m")), RECORD), HELD.equal);
  t.same(heldBy(against(text("ma")), RECORD), HELD.below);
  t.same(heldBy(against(Uint8Array.of(0x80)), RECORD), HELD.below);
  t.same(heldBy(against(new Uint8Array(0)), RECORD), HELD.above);
  t.same(heldBy(against(new Uint8Array(0)), undefined), ["!="]);
});

t.test("existence is asked either way", async (t) => {
  for (const exists of [true, false]) {
    t.equal(holds({ target: "exists", key: KEY, exists }, RECORD), exists);
    t.equal(holds({ target: "exists", key: KEY, exists }, undefined), !exists);
  }
});
