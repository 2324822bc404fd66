import t from "tap";
import { failure, KvdError } from "../../src/base/errors.ts";
import { changeMembers } from "../../src/cli/member-change.ts";
import { genesisOf } from "../../src/lab/world/member.ts";
import type { Membership } from "../../src/paxos/membership.ts";
import { withLearner } from "../../src/paxos/membership-step.ts";
import type { MembersView } from "../../src/wire/member-messages.ts";

const genesis = genesisOf(3, true);
const STEP = { kind: "remove", name: "n3" } as const;

function viewOf(membership: Membership): MembersView {
  return { clusterId: new Uint8Array(32), genesis, membership, settled: true };
}

/** An operator who sees these memberships, one after the other and the last for ever, while the true epoch is `epoch`. */
function operatorSeeing(memberships: readonly Membership[], epoch: number) {
  const asked: number[] = [];
  let looks = 0;
  return {
    asked,
    members: () => Promise.resolve(viewOf(memberships[Math.min(looks++, memberships.length - 1)] ?? genesis)),
    changeMembers: (change: { readonly epoch: number }) => {
      asked.push(change.epoch);
      if (change.epoch === epoch) return Promise.resolve(viewOf(genesis));
      return Promise.reject(new KvdError(failure("condition_failed", "not_applied", "changed meanwhile")));
    },
  };
}

const epochs = (...numbers: readonly number[]) => numbers.map((epoch) => ({ ...genesis, epoch }));

t.test("members that changed between the look and the question are looked at again", async (t) => {
  const operator = operatorSeeing(epochs(4, 5, 6), 6);
  await changeMembers(operator, { step: STEP, dryRun: false });
  t.same(operator.asked, [4, 5, 6]);
});

t.test("who looks at what always changes gives up in the end", async (t) => {
  const operator = operatorSeeing(epochs(1, 2, 3, 4, 5, 6, 7, 8, 9), 0);
  await t.rejects(changeMembers(operator, { step: STEP, dryRun: false }), /changed meanwhile/);
  t.same(operator.asked, [1, 2, 3, 4, 5]);
});

t.test("a name that is another node's by then is not taken for the one that was meant", async (t) => {
  const [, , third] = genesis.members;
  const gone = { ...genesis, members: genesis.members.filter((member) => member !== third) };
  const address = { host: "127.0.0.1", port: 7409 };
  const again = withLearner(gone, { name: "n3", address, incarnation: new Uint8Array(0) });
  const operator = operatorSeeing([genesis, { ...again, epoch: 3 }], 3);
  await t.rejects(changeMembers(operator, { step: STEP, dryRun: false }), /changed meanwhile/);
  t.same(operator.asked, [genesis.epoch]);
});
