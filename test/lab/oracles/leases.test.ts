import t from "tap";
import { BALLOT_ZERO, type Ballot } from "../../../src/base/ids.ts";
import { Leases } from "../../../src/lab/oracles/leases.ts";
import type { Step } from "../../../src/node/step.ts";
import { NO_EFFECTS } from "../../../src/paxos/outbox.ts";
import { b } from "../../paxos/fixtures.ts";

const RATES = [0.5, 1, 1];

/** Two leaders, the clock of the first half as fast as time; `atMs` is true time. */
function world() {
  let trueMs = 0;
  const leases = new Leases({ names: ["n1", "n2", "n3"], trueMs: () => trueMs, clockRates: RATES });
  const step = (index: number, atMs: number, made: { ballot: Ballot; leaseMs?: number; leads?: true }) => {
    trueMs = atMs;
    const nowMs = atMs * (RATES[index] ?? 1);
    const { ballot, leaseMs, leads } = made;
    const notices = leads === undefined ? [] : [{ kind: "became-leader", ballot } as const];
    const view = { ballot, leaseUntilMs: leaseMs === undefined ? 0 : nowMs + leaseMs, promised: BALLOT_ZERO };
    leases.onStep(index, { nowMs, effects: { ...NO_EFFECTS, notices }, view } as unknown as Step);
  };
  return { leases, step };
}

t.test("nobody comes into office while another relies on a lease, by true time", async (t) => {
  const { step } = world();
  step(0, 1000, { ballot: b(1, 1), leaseMs: 100 });
  t.throws(
    () => step(1, 1199, { ballot: b(2, 2), leads: true }),
    /^I26 one lease at a time: n2 leads at 2.2/,
  );
  t.doesNotThrow(() => step(1, 1200, { ballot: b(2, 2), leads: true }));
});

t.test("a lease that was given up, or died with its holder, hinders nobody", async (t) => {
  const { leases, step } = world();
  step(0, 1000, { ballot: b(1, 1), leaseMs: 100 });
  step(0, 1010, { ballot: b(1, 1) });
  t.doesNotThrow(() => step(1, 1020, { ballot: b(2, 2), leads: true, leaseMs: 100 }));
  leases.onDeath(1);
  t.doesNotThrow(() => step(2, 1030, { ballot: b(3, 3), leads: true, leaseMs: 100 }));
  t.throws(() => step(0, 1040, { ballot: b(1, 1), leaseMs: 10 }), /^I26/, "two leases at once");
});

t.test(
  "who learns late of promises below the holder's ballot is in nobody's way, but gets no lease",
  async (t) => {
    const { step } = world();
    step(1, 1000, { ballot: b(5, 2), leaseMs: 100 });
    t.doesNotThrow(() => step(2, 1010, { ballot: b(4, 3), leads: true }));
    t.throws(() => step(2, 1020, { ballot: b(4, 3), leaseMs: 100 }), /^I26/);
  },
);
