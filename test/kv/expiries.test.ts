import t from "tap";
import { Expiries } from "../../src/kv/expiries.ts";
import { TestState, text } from "./test-state.ts";

const empty = () => new Expiries(new TestState().recovered());

t.test("what ends first comes first, and what was changed since counts no more", async (t) => {
  const expiries = empty();
  expiries.set("a", { kind: "ttl", expiresMs: 500 });
  expiries.set("b", { kind: "ttl", expiresMs: 300 });
  expiries.setLease(9, { ttlMs: 100, expiresMs: 300 });
  t.match(expiries.first, { kind: "lease", id: 9 }, "at one time leases go first");
  expiries.setLease(9, { ttlMs: 100, expiresMs: 900 });
  t.match(expiries.first, { kind: "key", text: "b" });
  expiries.set("b", undefined);
  t.match(expiries.first, { kind: "key", text: "a" });
  expiries.set("a", { kind: "lease", leaseId: 9 });
  t.match(expiries.first, { kind: "lease", id: 9, atMs: 900 });
  expiries.set("a", undefined);
  expiries.removeLease(9);
  t.equal(expiries.first, undefined);
});

t.test("a lease that is kept alive a million times takes no more memory than one", async (t) => {
  const expiries = empty();
  for (let at = 1; at <= 1_000_000; at++) expiries.setLease(1, { ttlMs: 100, expiresMs: at });
  t.match(expiries.first, { atMs: 1_000_000 });
  t.equal(expiries.takeRows().length, 1);
});

t.test("the keys of a lease that ends come in order, without those that left", async (t) => {
  const expiries = empty();
  expiries.setLease(1, { ttlMs: 100, expiresMs: 1 });
  for (const key of ["c", "a", "b", "d"]) expiries.set(key, { kind: "lease", leaseId: 1 });
  expiries.set("b", undefined);
  t.same(expiries.keysOf(1, 2), [text("a"), text("c")]);
  const gone: string[] = [];
  for (let key = expiries.nextEnding(1); key !== undefined; key = expiries.nextEnding(1)) {
    gone.push(Buffer.from(key).toString());
    expiries.set(gone.at(-1) as string, undefined);
    if (gone.length === 1) expiries.set("c", { kind: "ttl", expiresMs: 5 });
  }
  t.same(gone, ["a", "d"]);
  expiries.removeLease(1);
  t.equal(expiries.size, 1);
});

t.test("leases are listed by number, those that have ended left out", async (t) => {
  const expiries = empty();
  for (const id of [10, 9, 2 ** 53 - 1, 100])
    expiries.setLease(id, { ttlMs: 1, expiresMs: id === 100 ? 5 : 50 });
  expiries.removeLease(9);
  expiries.setLease(9, { ttlMs: 1, expiresMs: 50 });
  t.same(
    [...expiries.leasesFrom(9, 10)].map(({ id }) => id),
    [9, 10, 2 ** 53 - 1],
  );
  t.same(
    [...expiries.leasesFrom(11, 0)].map(({ id }) => id),
    [100, 2 ** 53 - 1],
  );
});
