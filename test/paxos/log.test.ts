import t from "tap";
import { Log } from "../../src/paxos/log.ts";
import type { LogEntry } from "../../src/paxos/log-reader.ts";
import { b, batch, entryOf, FRESH_LOG, s } from "./fixtures.ts";

const NO_READER = { read: () => undefined };

t.test("a slot whose record is lost is damaged, never empty", async (t) => {
  const log = new Log(NO_READER, { ...FRESH_LOG, learned: s(3), end: s(6), damaged: [s(4)] });
  t.equal(log.read(s(4)), "damaged");
  t.equal(log.read(s(5)), undefined);
  t.equal(log.read(s(2)), "damaged", "below the watermark a hole is a lost record");
  t.equal(log.damagedBelowLearned(), s(2));
});

t.test("storing heals a damaged slot", async (t) => {
  const log = new Log(NO_READER, { ...FRESH_LOG, learned: s(3), end: s(6), damaged: [s(2), s(4)] });
  log.store(entryOf(4, b(1, 1), batch("x")), 1);
  log.store(entryOf(2, b(1, 1), batch("y"), true), 1);
  t.equal(log.damagedCount, 0);
  t.throws(() => log.store(entryOf(1, b(1, 1), batch("z"), true), 1), /I1/);
});

t.test("what is not on disk stays in memory, what is beyond the tail is read", async (t) => {
  const disk = new Map<number, LogEntry>();
  const log = new Log({ read: (at) => disk.get(at) }, FRESH_LOG);
  const value = { kind: "batch", bytes: new Uint8Array(1024 * 1024) } as const;
  for (let at = 1; at <= 12; at++) {
    log.store(entryOf(at, b(1, 1), value), at);
    log.advance();
  }
  t.ok(log.entry(s(1)), "held while its write is under way");
  for (let at = 1; at <= 12; at++) disk.set(at, entryOf(at, b(1, 1), value));
  log.onDurable(12);
  t.equal(log.entry(s(1)), undefined);
  t.ok(log.entry(s(12)));
  t.equal(log.read(s(1)), disk.get(1));
});

t.test("the watermark passes only slots that hold a value", async (t) => {
  const log = new Log(NO_READER, FRESH_LOG);
  t.throws(() => log.advance(), /I14/);
});

t.test("truncation drops what is below, damage included, and never goes back", async (t) => {
  const log = new Log(NO_READER, { ...FRESH_LOG, learned: s(5), end: s(5), damaged: [s(2)] });
  log.truncate(s(4));
  t.equal(log.firstKept, s(4));
  t.equal(log.damagedCount, 0);
  t.throws(() => log.truncate(s(3)), /I16/);
  t.throws(() => log.truncate(s(6)), /I17/);
});

t.test("bytes above the watermark are counted, replaced entries once", async (t) => {
  const log = new Log(NO_READER, FRESH_LOG);
  log.store(entryOf(2, b(1, 1), batch("four")), 1);
  const once = log.aheadBytes;
  log.store(entryOf(2, b(2, 2), batch("four")), 2);
  t.equal(log.aheadBytes, once);
  log.store(entryOf(1, b(2, 2), batch("four")), 2);
  log.advance();
  log.advance();
  t.equal(log.aheadBytes, 0);
});
