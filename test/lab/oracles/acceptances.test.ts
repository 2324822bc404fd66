import t from "tap";
import { ballot, type NodeId, nodeId, slot } from "../../../src/base/ids.ts";
import { Acceptances, memberBit } from "../../../src/lab/oracles/acceptances.ts";
import { NOOP, type Value } from "../../../src/paxos/value.ts";

const [N1, N2, N3] = [nodeId(1), nodeId(2), nodeId(3)];
const S = slot(7);
const [B1, B2, B3] = [ballot(1, N1), ballot(2, N2), ballot(3, N3)];
const A: Value = { kind: "batch", bytes: new Uint8Array([1]) };
const B: Value = { kind: "batch", bytes: new Uint8Array([2]) };

/** Of three. */
const isMajority = (_: unknown, set: number): boolean => [0b011, 0b101, 0b110, 0b111].includes(set & 0b111);

const promisedBy =
  (...members: readonly NodeId[]) =>
  () =>
    members.reduce((set, member) => set | memberBit(member), 0);

/** Member 1 has proposed A, and those named have it on disk. */
function withFirst(...holders: readonly NodeId[]): Acceptances {
  const acceptances = new Acceptances(isMajority);
  acceptances.onProposed({ ballot: B1, slot: S, value: A }, promisedBy(N1, N2));
  for (const holder of holders) acceptances.onAccepted(holder, S, B1);
  return acceptances;
}

t.test("a value is chosen once a majority has it on disk at one ballot", async (t) => {
  const acceptances = withFirst(N1);
  t.equal(acceptances.chosenAt(S), undefined);
  t.notOk(acceptances.hasChosen(B1));
  acceptances.onAccepted(N1, S, B1);
  t.equal(acceptances.chosenAt(S), undefined, "twice the same member is no majority");
  acceptances.onAccepted(N3, S, B1);
  t.equal(acceptances.chosenAt(S), A);
  t.ok(acceptances.hasChosen(B1));
});

t.test("acceptances at different ballots do not add up", async (t) => {
  const acceptances = withFirst(N1);
  acceptances.onProposed({ ballot: B2, slot: S, value: A }, promisedBy(N1, N2));
  acceptances.onAccepted(N2, S, B2);
  t.equal(acceptances.chosenAt(S), undefined);
});

t.test("a ballot that proposes twice in one slot breaks I5, repeating itself it does not", async (t) => {
  const acceptances = withFirst();
  acceptances.onProposed({ ballot: B1, slot: S, value: { ...A } }, promisedBy());
  t.throws(() => acceptances.onProposed({ ballot: B1, slot: S, value: B }, promisedBy()), /^I5/);
});

t.test("another value above the ballot that has chosen breaks I7", async (t) => {
  const acceptances = withFirst(N1, N2);
  acceptances.onProposed({ ballot: B2, slot: S, value: A }, promisedBy(N1, N2));
  t.throws(() => acceptances.onProposed({ ballot: B3, slot: S, value: NOOP }, promisedBy(N2, N3)), /^I7/);
});

t.test("a second value that a majority comes to hold breaks I1", async (t) => {
  const acceptances = withFirst(N1);
  acceptances.onProposed({ ballot: B2, slot: S, value: B }, promisedBy(N2, N3));
  acceptances.onAccepted(N2, S, B1);
  acceptances.onAccepted(N2, S, B2);
  t.throws(() => acceptances.onAccepted(N3, S, B2), /^I1 one value per slot/);
});

t.test("a free choice needs a majority of promises that holds nothing", async (t) => {
  const free = { ballot: B2, slot: S, value: B };
  t.doesNotThrow(() => withFirst(N1).onProposed(free, promisedBy(N2, N3)));
  t.doesNotThrow(() => withFirst(N1).onProposed(free, promisedBy(N1, N2, N3)), "such a majority is enough");
  t.throws(() => withFirst(N1).onProposed(free, promisedBy(N1, N2)), /^I9/);
  t.throws(() => withFirst().onProposed(free, promisedBy(N2)), /^I9/, "one promise of three");
  t.doesNotThrow(() => withFirst(N1).onProposed({ ...free, value: A }, promisedBy(N1, N2)));
});

t.test("the value of the highest ballot in the majority is the one to propose", async (t) => {
  const acceptances = withFirst(N1);
  acceptances.onProposed({ ballot: B2, slot: S, value: B }, promisedBy(N2, N3));
  acceptances.onAccepted(N2, S, B2);
  const propose = (value: Value) => () =>
    acceptances.onProposed({ ballot: B3, slot: S, value }, promisedBy(N1, N2));
  t.throws(propose(A), /^I9/, "the lower one");
  t.doesNotThrow(propose(B));
});

t.test("what nobody proposed nobody can have accepted", async (t) => {
  t.throws(() => withFirst().onAccepted(N2, S, B3), /^I3/);
});

t.test("what was forgotten is not asked about again", async (t) => {
  const acceptances = withFirst(N1, N2);
  acceptances.forgetBelow(slot(8));
  t.equal(acceptances.chosenAt(S), undefined);
  t.doesNotThrow(() => acceptances.onAccepted(N3, S, B3));
  t.doesNotThrow(() => acceptances.onProposed({ ballot: B3, slot: S, value: B }, promisedBy()));
});
