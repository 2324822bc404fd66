import t from "tap";
import { compareBytes } from "../../src/base/bytes.ts";
import {
  contenderInterval,
  contenderKey,
  contenderOf,
  inOrder,
  lockName,
} from "../../src/client/contenders.ts";
import type { RangeItem } from "../../src/wire/client-messages.ts";

const NAME = lockName("job");

function item(key: Uint8Array, leaseId: number, createRevision: number): RangeItem {
  const value = new Uint8Array(0);
  return { key, record: { value, leaseId, createRevision, modRevision: createRevision, version: 1 } };
}

t.test("a contender's key names its lease, and lies where contenders are looked for", async (t) => {
  for (const leaseId of [1, 255, Number.MAX_SAFE_INTEGER]) {
    const key = contenderKey(NAME, leaseId);
    t.match(contenderOf(NAME, item(key, leaseId, 5)), { leaseId, token: 5 });
    const { start, end } = contenderInterval(NAME);
    t.ok(compareBytes(start, key) < 0 && compareBytes(key, end ?? start) < 0);
  }
  t.equal(Buffer.from(contenderKey(NAME, 255)).toString(), "job/00000000000000ff");
});

t.test("a key that looks like one but belongs to another lease, or to none, is none", async (t) => {
  const key = contenderKey(NAME, 255);
  t.equal(contenderOf(NAME, item(key, 254, 5)), undefined);
  t.equal(contenderOf(NAME, item(key, 0, 5)), undefined);
  t.equal(contenderOf(NAME, item(contenderKey(lockName("job/a"), 255), 255, 5)), undefined);
  t.equal(contenderOf(NAME, item(lockName("job/00000000000000FF"), 255, 5)), undefined);
});

t.test("who made the key first goes first, whatever the numbers of the leases", async (t) => {
  const items = [item(contenderKey(NAME, 3), 3, 9), item(contenderKey(NAME, 7), 7, 8)];
  const found = items.flatMap((one) => contenderOf(NAME, one) ?? []);
  t.strictSame(
    inOrder(found).map(({ leaseId }) => leaseId),
    [7, 3],
  );
});

t.test("a lock needs a name", async (t) => {
  t.throws(() => lockName(""), { message: /needs a name/ });
});
