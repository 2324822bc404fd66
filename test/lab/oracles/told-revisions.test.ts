import t from "tap";
import { bytesOf } from "../../../src/client/key-bytes.ts";
import { PlainStore } from "../../../src/lab/oracles/plain-store.ts";
import { agrees, leastOf, unknownRevision, withKnown } from "../../../src/lab/oracles/told-revisions.ts";

t.test("an unknown revision stands for one number, above all that came before it", async (t) => {
  const first = unknownRevision(new PlainStore(undefined, 7));
  const second = unknownRevision(new PlainStore(undefined, first));
  t.strictSame([leastOf(7), leastOf(first), leastOf(second)], [7, 8, 9]);
  const known = new Map<number, number>();
  t.ok(agrees({ at: [first, second], value: bytesOf("a") }, { at: [8, 12], value: bytesOf("a") }, known));
  t.notOk(agrees(second, 13, known), "it is 12");
  t.notOk(agrees(first, 7, new Map()), "that was taken");
  t.notOk(agrees({ at: 1, more: undefined }, { at: 2 }, new Map()));
});

t.test("what becomes known is known of every record", async (t) => {
  const store = new PlainStore(new PlainStore(), unknownRevision(new PlainStore()) - 1);
  store.put(bytesOf("k"), bytesOf("a"), undefined);
  const { createRevision } = store.get(bytesOf("k")) ?? { createRevision: 0 };
  t.equal(leastOf(createRevision), 1);
  const after = withKnown(store, new Map([[createRevision, 4]]));
  t.match(after.get(bytesOf("k")), { createRevision: 4, modRevision: 4, version: 1 });
});
