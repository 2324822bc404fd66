import t from "tap";
import { Configuration } from "../../src/paxos/configuration.ts";
import type { GoverningMembership, Membership } from "../../src/paxos/membership.ts";
import { withLearner, without } from "../../src/paxos/membership-step.ts";
import { Outbox } from "../../src/paxos/outbox.ts";
import { MEMBERSHIP_CODEC } from "../../src/wire/membership-codec.ts";
import { entryFor, joining, membershipOf, n, s } from "./fixtures.ts";

const GENESIS: GoverningMembership = { since: s(1), membership: membershipOf(3) };
const GROWN = withLearner(membershipOf(3), joining(4));

function world(recovered = GENESIS): { outbox: Outbox; configuration: Configuration } {
  const outbox = new Outbox();
  return {
    outbox,
    configuration: new Configuration({ self: n(1), codec: MEMBERSHIP_CODEC, outbox }, recovered),
  };
}

const idsOf = ({ members }: Membership): readonly number[] => members.map(({ id }) => id);

t.test("the membership decided in a slot governs those above it, and goes to disk at once", async (t) => {
  const { outbox, configuration } = world();
  configuration.onLearned(s(7), entryFor(GROWN, 1));
  t.same(idsOf(configuration.membership), [1, 2, 3, 4]);
  t.equal(configuration.since, 8);
  t.same(configuration.others, [2, 3, 4]);
  t.same(configuration.quorum.voters, [1, 2, 3], "a learner has no vote");
  const { writes, urgent } = outbox.take();
  t.match(writes, [{ kind: "membership", since: 8, membership: { epoch: 2 } }]);
  t.equal(urgent, true);
});

t.test("an entry for another epoch, or with two changes in it, changes nothing but is counted", async (t) => {
  const swapped = { ...without(GROWN, n(3)), epoch: 2 };
  for (const value of [entryFor(GROWN, 2), entryFor(swapped, 1)]) {
    const { outbox, configuration } = world();
    configuration.onLearned(s(7), value);
    t.equal(configuration.membership, GENESIS.membership);
    t.equal(configuration.entriesLearned, 1);
    const { writes, notices } = outbox.take();
    t.same(writes, []);
    t.match(notices, [{ kind: "membership-void", epoch: 1 }]);
  }
});

t.test("a chosen entry that nobody can read stops the node", async (t) => {
  const { configuration } = world();
  t.throws(() => configuration.onLearned(s(7), { kind: "membership", bytes: new Uint8Array(3) }), /I3/);
});

t.test("who was removed is talked to until the change is settled", async (t) => {
  const { configuration } = world();
  configuration.onLearned(s(7), entryFor(without(membershipOf(3), n(3)), 1));
  t.same(configuration.others, [2]);
  t.same(configuration.recipients, [2, 3]);
  t.equal(configuration.isSettled, false);
  configuration.onSettled(9);
  t.equal(configuration.isSettled, false, "an epoch not learned here says nothing");
  configuration.onSettled(2);
  t.equal(configuration.isSettled, true);
  t.same(configuration.recipients, [2]);
});

t.test("a disk knows of a membership once its batch is on it", async (t) => {
  const { outbox, configuration } = world();
  outbox.writePromised((5 * 1024 + 1) as never);
  outbox.take();
  configuration.onLearned(s(7), entryFor(GROWN, 1));
  outbox.take();
  t.equal(configuration.durableEpoch(1), 1);
  t.equal(configuration.durableEpoch(2), 2);
});

t.test("after a start nobody knows whether the last change was settled; genesis always was", async (t) => {
  t.equal(world().configuration.isSettled, true);
  const { configuration } = world({ since: s(8), membership: GROWN });
  t.equal(configuration.isSettled, false);
  t.equal(configuration.durableEpoch(0), 2);
});

t.test("a state from a snapshot brings its membership, and never an older one", async (t) => {
  const { outbox, configuration } = world();
  const later = without(GROWN, n(2));
  configuration.install(s(40), later);
  t.match(configuration, { epoch: 3, since: 40, entriesLearned: 1, settled: 2, others: [3, 4] });
  t.match(outbox.take().writes, [{ kind: "membership", since: 40, membership: { epoch: 3 } }]);
  configuration.install(s(50), GROWN);
  t.equal(configuration.epoch, 3);
  t.same(outbox.take().writes, []);
});

t.test("a node that is not a member yet, or not any more, says so", async (t) => {
  const outbox = new Outbox();
  const stranger = new Configuration({ self: n(4), codec: MEMBERSHIP_CODEC, outbox }, GENESIS);
  t.equal(stranger.role, "none");
  stranger.onLearned(s(2), entryFor(GROWN, 1));
  t.equal(stranger.role, "learner");
  t.match(outbox.take().notices, [{ kind: "membership-changed", epoch: 2, role: "learner" }]);
});
