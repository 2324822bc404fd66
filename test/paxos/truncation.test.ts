import t from "tap";
import { Log } from "../../src/paxos/log.ts";
import { Outbox } from "../../src/paxos/outbox.ts";
import { Truncation } from "../../src/paxos/truncation.ts";
import { FRESH_LOG, s } from "./fixtures.ts";

t.test("the log is dropped in steps, below what every state and the watermark allow", async (t) => {
  const log = new Log({ read: () => undefined }, { ...FRESH_LOG, learned: s(5000), end: s(5000) });
  const outbox = new Outbox();
  const truncation = new Truncation(log, outbox);
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
  const truncation = new Truncation(log, outbox);
  truncation.onStateDurable(s(1200));
  truncation.onEverywhere(s(1200));
  truncation.onTick();
  const effects = outbox.take();
  t.same(effects.writes, [{ kind: "truncate", below: 501 }]);
  t.equal(effects.urgent, false);
});
