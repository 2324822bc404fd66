import t from "tap";
import { LogTail } from "../../src/paxos/log-tail.ts";
import { s } from "./fixtures.ts";

t.test("a tail ends at the bound that is reached first", async (t) => {
  const tail = new LogTail({ slots: 1000, bytes: 100_000 }, s(1));
  t.equal(tail.from(s(500), 500), 0, "everything fits");
  t.equal(tail.from(s(1600), 1600), 600, "by slots");
  for (let at = 1601; at <= 2000; at++) tail.from(s(at), 1600 + (at - 1600) * 1000);
  const from = tail.from(s(2000), 401_600);
  t.ok(from >= 1900 && from <= 1912, `by bytes: ${from}`);
});

t.test(
  "a tail never begins lower than it did, and never holds more than its bytes and a mark's",
  async (t) => {
    const tail = new LogTail({ slots: 200, bytes: 10_000 }, s(77));
    const sizes = [0, 10, 500, 3000, 20_000];
    const total = new Map<number, number>([[77, 0]]);
    let bytes = 0;
    let last = 0;
    for (let at = 78; at < 1000; at++) {
      bytes += sizes[(at * 7919) % sizes.length] as number;
      total.set(at, bytes);
      const from = tail.from(s(at), bytes);
      t.ok(from >= last && from >= at - 200 && from <= at, `${from} after ${last} at ${at}`);
      const held = bytes - (total.get(Math.max(from, 77)) as number);
      t.ok(held <= 10_000, `${held} bytes at ${at}`);
      last = from;
    }
  },
);

t.test("what was learned before the start has no known size", async (t) => {
  const tail = new LogTail({ slots: 1000, bytes: 100 }, s(500));
  t.equal(tail.from(s(500), 0), 0);
  t.equal(tail.from(s(501), 100), 0);
  t.equal(tail.from(s(502), 101), 501);
});
