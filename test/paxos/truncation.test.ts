import t from "tap";
import { Log } from "../../src/paxos/log.ts";
import type { LogTailBounds } from "../../src/paxos/log-tail.ts";
import { Outbox } from "../../src/paxos/outbox.ts";
import { Truncation } from "../../src/paxos/truncation.ts";
import { FRESH_LOG, s } from "./fixtures.ts";

const EVERYTHING = { slots: Number.POSITIVE_INFINITY, bytes: Number.POSITIVE_INFINITY };

/** A log of slots 1..4999, truncated as far as it goes. */
function truncated(bounds: LogTailBounds, prepare: (truncation: Truncation) => void): number {
  const log = new Log({ read: () => undefined }, { ...FRESH_LOG, learned: s(5000), end: s(5000) });
  const outbox = new Outbox();
  const truncation = new Truncation(log, outbox, bounds);
  prepare(truncation);
  for (let count = 0; count < 5000; count++) truncation.onTick();
  return log.firstKept;
}

t.test("the log is dropped in steps, below what every state and the watermark allow", async (t) => {
  const log = new Log({ read: () => undefined }, { ...FRESH_LOG, learned: s(5000), end: s(5000) });
  const outbox = new Outbox();
  const truncation = new Truncation(log, outbox, EVERYTHING);
  const run = (): number => {
    truncation.onTick();
    outbox.take();
    return log.firstKept;
  };
  t.equal(run(), 1);
  truncation.onStateDurable(s(1200));
  t.equal(run(), 1, "somebody else may need it");
  truncation.onEverywhere(s(4000));
  t.equal(run(), 501);
  t.equal(run(), 1001);
  t.equal(run(), 1001, "a step is not worth it");
  truncation.onStateDurable(s(9000));
  truncation.onEverywhere(s(9000));
  for (let count = 0; count < 20; count++) run();
  t.ok(log.firstKept > 4000 && log.firstKept <= 5000, "never above the learned watermark");
});

t.test("a truncation alone does not hurry the disk", async (t) => {
  const log = new Log({ read: () => undefined }, { ...FRESH_LOG, learned: s(5000), end: s(5000) });
  const outbox = new Outbox();
  const truncation = new Truncation(log, outbox, EVERYTHING);
  truncation.onStateDurable(s(1200));
  truncation.onEverywhere(s(1200));
  truncation.onTick();
  const effects = outbox.take();
  t.same(effects.writes, [{ kind: "truncate", below: 501 }]);
  t.equal(effects.urgent, false);
});

t.test(
  "a tail stays for members that are behind, and nothing above the own durable state goes",
  async (t) => {
    const bounds = { slots: 1000, bytes: Number.POSITIVE_INFINITY };
    t.equal(
      truncated(bounds, (truncation) => truncation.onStateDurable(s(5000))),
      4000,
    );
    t.equal(
      truncated(bounds, (truncation) => truncation.onStateDurable(s(3000))),
      3000,
      "I17",
    );
    t.equal(
      truncated(bounds, (truncation) => {
        truncation.onStateDurable(s(5000));
        truncation.onEverywhere(s(4800));
      }),
      4800,
      "what everybody has goes at once",
    );
  },
);

t.test("the log that follows a snapshot stays, whatever else allows it to go", async (t) => {
  const bounds = { slots: 1000, bytes: Number.POSITIVE_INFINITY };
  const prepare = (truncation: Truncation): void => {
    truncation.onStateDurable(s(5000));
    truncation.onEverywhere(s(5000));
    truncation.giveUpBelow(5000);
    truncation.keepFrom(s(1234));
  };
  t.equal(truncated(bounds, prepare), 1234);
});

t.test("an operator shortens the tail to the slot, as far as the own state is on disk", async (t) => {
  const durable = (at: number) => (truncation: Truncation) => {
    truncation.onStateDurable(s(at));
    truncation.giveUpBelow(4993);
  };
  t.equal(truncated(EVERYTHING, durable(5000)), 4993);
  t.equal(truncated(EVERYTHING, durable(2007)), 2007, "I17");
});

t.test("what an operator asks for goes, though every member has more than that", async (t) => {
  const prepare = (truncation: Truncation): void => {
    truncation.onStateDurable(s(400));
    truncation.onEverywhere(s(400));
    truncation.giveUpBelow(300);
  };
  t.equal(truncated(EVERYTHING, prepare), 300, "all of it, and no more for less than a step");
});
