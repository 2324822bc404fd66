import t from "tap";
import { KeyRing } from "../../../src/lab/workload/key-ring.ts";
import { SeededRandom } from "../../../src/lab/world/seeded-random.ts";

t.test("a key of its own is written by one writer alone, a hot one by all", async (t) => {
  const random = new SeededRandom(1);
  const keys = new KeyRing(["a", "b"], 2, 0.5);
  const written = { a: new Set<string>(), b: new Set<string>() };
  for (let count = 0; count < 300; count++) {
    for (const writer of ["a", "b"] as const) written[writer].add(keys.writable(writer, random));
  }
  const shared = [...written.a].filter((key) => written.b.has(key));
  t.equal(shared.length, 2);
  t.strictSame(new Set(shared.map((key) => keys.prefixOf(key))), new Set(["hot/"]));
  t.equal(written.a.size, 5);
});

t.test("few write the same key at the same time", async (t) => {
  const random = new SeededRandom(1);
  const keys = new KeyRing(["a", "b"], 1, 1);
  const hot = keys.writable("a", random);
  for (let count = 0; count < 4; count++) keys.begin(hot);
  t.not(keys.writable("b", random), hot);
  keys.used(hot, false);
  t.equal(keys.writable("b", random), hot);
});

t.test("no key is written for ever, nor after a few outcomes that stay unknown", async (t) => {
  const random = new SeededRandom(2);
  const keys = new KeyRing(["a"]);
  const writes = new Map<string, number>();
  for (let count = 0; count < 5000; count++) {
    const key = keys.writable("a", random);
    writes.set(key, (writes.get(key) ?? 0) + 1);
    keys.used(key, false);
  }
  t.ok(Math.max(...writes.values()) <= 150);
  t.equal(keys.takeRetired().length, writes.size - 3);
  const key = keys.writable("a", random);
  for (let count = 0; count < 3; count++) keys.used(key, true);
  t.strictSame(keys.takeRetired(), [key]);
});
