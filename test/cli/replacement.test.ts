import t from "tap";
import { nodeId } from "../../src/base/ids.ts";
import { Arguments, type Run } from "../../src/cli/command.ts";
import { confirmHalfDone, halfDone } from "../../src/cli/replacement.ts";
import type { Membership } from "../../src/paxos/membership.ts";
import { withLearner, without, withVote } from "../../src/paxos/membership-step.ts";
import type { MembersView } from "../../src/wire/member-messages.ts";
import { joining, membershipOf } from "../paxos/fixtures.ts";
import { FakeTerminal } from "./fake-terminal.ts";

const FOUNDERS = membershipOf(3);
/** n4 came, and votes. */
const FOUR = grown(FOUNDERS, 4);
const FIVE = grown(FOUR, 5);
const BOTH = { old: "n1", fresh: "n2" };

function grown(membership: Membership, id: number): Membership {
  return withVote(withLearner(membership, joining(id), "joining"), nodeId(id));
}

function viewOf(membership: Membership): MembersView {
  return { clusterId: new Uint8Array(32), genesis: FOUNDERS, membership, settled: true };
}

function confirm(membership: Membership, fresh: string, { typed, ...flags }: Record<string, unknown> = {}) {
  const terminal = new FakeTerminal();
  if (typeof typed === "string") terminal.typed = typed;
  const run: Run = { args: new Arguments(flags), terminal, argv: [] };
  return confirmHalfDone(run, viewOf(membership), { old: "n1", fresh });
}

t.test("of two founders neither has come in the place of the other", async (t) => {
  t.equal(halfDone(viewOf(FOUNDERS), BOTH), "impossible");
  t.equal(halfDone(viewOf(FIVE), { old: "n4", fresh: "n1" }), "impossible");
});

t.test("who came earlier has not come in the place of who came later", async (t) => {
  t.equal(halfDone(viewOf(FIVE), { old: "n5", fresh: "n4" }), "impossible");
});

t.test("members as a replacement leaves them halfway are taken for that", async (t) => {
  const joined = withLearner(FOUNDERS, joining(4), "joining");
  t.equal(halfDone(viewOf(joined), { old: "n1", fresh: "n4" }), "likely", "it has no vote yet");
  t.equal(halfDone(viewOf(FOUR), { old: "n1", fresh: "n4" }), "likely");
  t.equal(
    halfDone(viewOf(without(FOUR, nodeId(1))), { old: "n1", fresh: "n4" }),
    "likely",
    "nothing is left",
  );
});

t.test("members of a cluster that has grown may be something else", async (t) => {
  t.equal(halfDone(viewOf(FIVE), { old: "n1", fresh: "n5" }), "doubtful", "an odd number votes");
  t.equal(halfDone(viewOf(grown(FIVE, 6)), { old: "n1", fresh: "n5" }), "doubtful", "n6 came later");
});

t.test("what is impossible is refused, with what it would do and what may be meant", async (t) => {
  const refusal = /n2 is no new node.* n1 would go.*member remove n1; .*member replace n1 NAME HOST:PORT/;
  for (const flags of [{}, { yes: true }, { "dry-run": true }])
    await t.rejects(confirm(FOUNDERS, "n2", flags), { message: refusal, exitCode: 2 });
});

t.test("what is in doubt goes on when somebody says so, and only then", async (t) => {
  const asked = /n5 votes already, and may not have come in the place of n1: --yes removes n1/;
  await t.rejects(confirm(FIVE, "n5"), { message: asked, exitCode: 2 });
  await t.rejects(confirm(FIVE, "n5", { typed: "n" }), { code: "not_confirmed" });
  await t.resolves(confirm(FIVE, "n5", { typed: "y" }));
  await t.resolves(confirm(FIVE, "n5", { yes: true }));
  await t.resolves(confirm(FIVE, "n5", { "dry-run": true }));
  await t.resolves(confirm(FOUR, "n4"), "and nobody is asked where it is clear");
});
