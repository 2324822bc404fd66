import t from "tap";
import { BALLOT_ZERO } from "../../../src/base/ids.ts";
import type { Batch } from "../../../src/kv/command.ts";
import { Pace } from "../../../src/lab/oracles/pace.ts";

/** Slots as [cluster time, true time of the proposal]. */
function pass(pace: Pace, ...slots: readonly (readonly [timeMs: number, atMs: number])[]): void {
  for (const [slot, [timeMs, atMs]] of slots.entries()) {
    const batch: Batch = { stampMs: timeMs, wallMs: atMs, reign: BALLOT_ZERO, commands: [] };
    pace.onProposed(batch, atMs);
    pace.onApplied(slot, batch, timeMs);
  }
}

t.test("cluster time may lag, and go on from where it is", async (t) => {
  t.doesNotThrow(() => pass(new Pace(1), [1000, 0], [2000, 1000], [2000, 9000], [3000, 10_000]));
});

t.test("time that was lost is never made good: somebody's lease would end early", async (t) => {
  t.throws(() => pass(new Pace(1), [1000, 0], [1000, 5000], [6000, 10_000], [6500, 10_100]), /^I25 nothing/);
});

t.test("a fast clock, and one that follows its wall clock, is within its bounds", async (t) => {
  t.doesNotThrow(() => pass(new Pace(1.05), [0, 0], [10_600, 10_000]));
  t.throws(() => pass(new Pace(1.05), [0, 0], [10_700, 10_000]), /^I25/);
});

t.test("a batch that is chosen late was stamped when it was proposed first", async (t) => {
  const pace = new Pace(1);
  const batch: Batch = { stampMs: 1000, wallMs: 0, reign: BALLOT_ZERO, commands: [] };
  pace.onProposed(batch, 0);
  pace.onProposed(batch, 700);
  pace.onApplied(1, batch, 1000);
  t.doesNotThrow(() => pass(pace, [1700, 700]));
  t.throws(() => pass(pace, [2800, 1000]), /^I25/);
});

t.test("a batch that a later leader brings back behind its predecessor's takes place when did", async (t) => {
  const pace = new Pace(1);
  const late: Batch = { stampMs: 1200, wallMs: 0, reign: BALLOT_ZERO, commands: [] };
  pace.onProposed(late, 200);
  pass(pace, [1000, 0], [1250, 800]);
  t.doesNotThrow(() => pace.onApplied(3, late, 1250));
  t.throws(() => pass(pace, [1600, 900]), /^I25/);
});
