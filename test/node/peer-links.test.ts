import t from "tap";
import { BALLOT_ZERO, ballot, nodeId, slot } from "../../src/base/ids.ts";
import { PeerLinks } from "../../src/node/peer-links.ts";
import { Roster } from "../../src/node/roster.ts";
import { withLearner, without } from "../../src/paxos/membership-step.ts";
import type { PeerRecord } from "../../src/storage/storage.ts";
import type { LinkId, TransportService } from "../../src/transport/service.ts";
import type { PeerHello } from "../../src/wire/client-messages.ts";
import { joining, membershipOf } from "../paxos/fixtures.ts";

const CLUSTER = new Uint8Array(32).fill(7);
const DISK = new Uint8Array(16).fill(1);
const OTHER_DISK = new Uint8Array(16).fill(2);
const PROCESS = new Uint8Array(8).fill(1);
const OTHER_PROCESS = new Uint8Array(8).fill(2);

const GENESIS = membershipOf(3);

function hello(fields: Partial<PeerHello> = {}): PeerHello {
  return {
    kind: "peer",
    clusterId: CLUSTER,
    node: nodeId(1),
    incarnation: DISK,
    startCount: 1,
    nonce: PROCESS,
    witnessPromised: 0,
    witnessAccepted: 0,
    witnessEnd: 0,
    ...fields,
  };
}

/** Node 2 of three, with what it remembers of the others. */
function harness(records: readonly PeerRecord[] = []) {
  const remembered: PeerRecord[] = [];
  const dialed: number[] = [];
  const closed: LinkId[] = [];
  let nextLink = 100;
  const transport: TransportService = {
    connect: (to) => {
      dialed.push(to.port);
      return nextLink++ as LinkId;
    },
    close: (link) => void closed.push(link),
    sendDatagram: () => undefined,
    sendMessage: () => true,
    withdraw: () => undefined,
    measure: () => undefined,
    receive: () => undefined,
    tick: () => undefined,
    flush: () => undefined,
    stats: () => undefined,
    drops: () => new Map(),
  };
  const roster = new Roster({}, GENESIS);
  const links = new PeerLinks(
    {
      identity: {
        clusterId: CLUSTER,
        node: nodeId(2),
        incarnation: new Uint8Array(16).fill(9),
        startCount: 4,
        genesis: GENESIS,
      },
      roster,
      nonce: new Uint8Array(8).fill(9),
      transport,
      remember: (record) => remembered.push(record),
      ownLog: () => ({ promised: ballot(5, nodeId(1)), accepted: ballot(4, nodeId(1)), end: 9 as never }),
    },
    records,
  );
  return { links, roster, remembered, dialed, closed };
}

const KNOWN: PeerRecord = { node: nodeId(1), incarnation: DISK, startCount: 1 };

t.test("a member met for the first time is written down before it is let in", async (t) => {
  const { links, remembered } = harness();
  t.equal(links.judge(hello()).kind, "wait");
  t.equal(links.judge(hello()).kind, "wait");
  t.equal(remembered.length, 1);
  links.onRemembered(remembered[0] as PeerRecord);
  t.equal(links.judge(hello()).kind, "welcome");
});

t.test("nothing that a member says over our own link counts before it is written down", async (t) => {
  const { links, remembered } = harness();
  links.tick(0);
  const link = 100 as LinkId;
  t.equal(links.onUp(link, hello(), true), undefined);
  t.equal(links.memberOf(link), undefined);
  links.onRemembered(remembered[0] as PeerRecord);
  t.equal(links.memberOf(link), nodeId(1));
});

t.test("another disk under a known id is refused as amnesia", async (t) => {
  const { links } = harness([KNOWN]);
  t.match(links.judge(hello({ incarnation: OTHER_DISK, startCount: 9 })), {
    kind: "refused",
    code: "amnesia",
  });
});

t.test(
  "an older start is a copy of the disk; an equal one of another process is a clone (I34)",
  async (t) => {
    const { links } = harness([{ ...KNOWN, startCount: 3 }]);
    t.match(links.judge(hello({ startCount: 2 })), { kind: "refused", code: "stale_start" });
    t.equal(links.judge(hello({ startCount: 4 })).kind, "welcome");
    links.onUp(7 as LinkId, hello({ startCount: 4 }), false);
    t.equal(links.judge(hello({ startCount: 4 })).kind, "welcome", "the same process again");
    t.match(links.judge(hello({ startCount: 4, nonce: OTHER_PROCESS })), { kind: "refused", code: "clone" });
  },
);

t.test("a member that starts again is welcome however often it has to say hello", async (t) => {
  const { links, closed } = harness([KNOWN]);
  links.onUp(7 as LinkId, hello(), false);
  const again = hello({ startCount: 2, nonce: OTHER_PROCESS });
  // The replies to the first two are lost on their way: no link came up.
  t.equal(links.judge(again).kind, "welcome");
  t.match(links.judge(again), { kind: "welcome", replaces: [7] });
  links.onUp(8 as LinkId, again, false);
  t.strictSame(closed, [7], "the link to its former process is closed");
  t.equal(links.judge(again).kind, "welcome");
  t.match(links.judge({ ...again, nonce: PROCESS }), { kind: "refused", code: "clone" });
});

t.test("a handshake of a member's former process that ends late changes nothing", async (t) => {
  const { links } = harness([KNOWN]);
  t.equal(links.judge(hello()).kind, "welcome");
  const again = hello({ startCount: 2, nonce: OTHER_PROCESS });
  t.equal(links.judge(again).kind, "welcome");
  t.match(links.onUp(7 as LinkId, hello(), false), { kind: "wait" });
  t.equal(links.linkTo(nodeId(1)), undefined);
  t.equal(links.judge(again).kind, "welcome");
});

t.test("foreign clusters, the own id and removed members are refused, unknown nodes are not", async (t) => {
  const { links, roster, remembered, dialed } = harness([KNOWN]);
  t.match(links.judge(hello({ clusterId: new Uint8Array(32) })), { kind: "refused", code: "foreign" });
  t.equal(links.judge(hello({ node: nodeId(8) })).kind, "wait", "it may be a member by an entry to come");
  t.equal(remembered.at(-1)?.node, 8);
  links.tick(0);
  t.same(dialed, [7400, 7402], "but where it is only its entry tells");
  const changed = withLearner(without(GENESIS, nodeId(3)), joining(4));
  roster.update(changed, false);
  t.equal(links.judge(hello({ node: nodeId(3) })).kind, "wait", "n3 may still be needed");
  roster.update(changed, true);
  links.followRoster();
  t.match(links.judge(hello({ node: nodeId(3) })), { kind: "refused", code: "removed" });
  links.tick(1000);
  t.equal(dialed.at(-1), 7403, "n4 in its place");
  t.match(links.judge(hello({ node: nodeId(2) })), { kind: "refused", code: "unknown_node" });
});

t.test("a witness of what this disk no longer holds is amnesia of our own", async (t) => {
  const { links } = harness([KNOWN]);
  t.equal(links.judge(hello({ witnessPromised: ballot(5, nodeId(1)) })).kind, "welcome");
  t.equal(links.judge(hello({ witnessPromised: ballot(6, nodeId(1)) })).kind, "amnesia");
  t.equal(links.judge(hello({ witnessAccepted: ballot(5, nodeId(1)) })).kind, "amnesia");
  t.equal(links.judge(hello({ witnessEnd: 9 })).kind, "welcome");
  t.equal(links.judge(hello({ witnessEnd: 10 })).kind, "amnesia", "a slot of the same ballot is missing");
});

t.test("what a member said of its disk is told back to it", async (t) => {
  const { links } = harness([KNOWN]);
  const said = ballot(3, nodeId(3));
  links.witness(nodeId(1), {
    kind: "accepted",
    ballot: said,
    slots: [slot(1)],
    progress: { learned: slot(1), stateDurable: slot(1), writeAgeMs: 0, epoch: 1 },
  });
  links.witness(nodeId(1), { kind: "reject", ballot: said, promised: ballot(9, nodeId(3)), of: "prepare" });
  const verdict = links.judge(hello());
  t.match(verdict, {
    kind: "welcome",
    reply: { witnessPromised: said, witnessAccepted: said, witnessEnd: 2 },
  });
  t.not(said, BALLOT_ZERO);
});

t.test("the rounds that a leader used are held against its disk, what it proposed is not", async (t) => {
  const at = ballot(4, nodeId(1));
  const value = { kind: "noop" as const, bytes: new Uint8Array(0) };
  for (const message of [
    { kind: "prepare", ballot: at, from: slot(1), handOver: BALLOT_ZERO },
    { kind: "accept", ballot: at, slot: slot(3), chosen: slot(2), value },
    {
      kind: "heartbeat",
      ballot: at,
      round: 1,
      chosen: slot(3),
      digest: 0,
      durableEverywhere: slot(1),
      serving: true,
      leaseMs: 0,
      settled: 1,
    },
  ] as const) {
    const { links } = harness([KNOWN]);
    links.witness(nodeId(1), message);
    const reply = { witnessPromised: at, witnessAccepted: 0, witnessEnd: 0 };
    t.match(links.judge(hello()), { kind: "welcome", reply }, message.kind);
  }
});

t.test("what a member answered without a write is not held against its disk", async (t) => {
  const { links } = harness([KNOWN]);
  const said = ballot(3, nodeId(3));
  links.witness(nodeId(1), {
    kind: "accepted",
    ballot: said,
    slots: [slot(4)],
    progress: { learned: slot(5), stateDurable: slot(1), writeAgeMs: 0, epoch: 1 },
  });
  const verdict = links.judge(hello());
  t.match(verdict, { kind: "welcome", reply: { witnessPromised: said, witnessAccepted: 0 } });
});

t.test("a new life of a member replaces all links to the old one", async (t) => {
  const { links } = harness([KNOWN]);
  links.onUp(7 as LinkId, hello(), false);
  const again = links.judge(hello({ startCount: 2, nonce: OTHER_PROCESS }));
  t.match(again, { kind: "welcome", replaces: [7] });
});

t.test("of two links that a peer opened in one life the later one stays", async (t) => {
  const { links, closed } = harness([KNOWN]);
  links.onUp(7 as LinkId, hello(), false);
  links.onUp(8 as LinkId, hello(), false);
  t.strictSame(closed, [7]);
  t.equal(links.linkTo(nodeId(1)), 8);
});

t.test("a link that we opened does not end the one that the peer opened in the same life", async (t) => {
  const { links, closed } = harness([{ ...KNOWN, node: nodeId(3) }]);
  const third = hello({ node: nodeId(3) });
  links.tick(0);
  links.onUp(7 as LinkId, third, false);
  links.onUp(101 as LinkId, third, true);
  t.strictSame(closed, [], "the lower id keeps both until the higher gives its own up");
  t.equal(links.linkTo(nodeId(3)), 101);
});

t.test("a link that the higher id has given up is closed, when it goes on with its own", async (t) => {
  const { links, closed } = harness([{ ...KNOWN, node: nodeId(3) }]);
  const third = hello({ node: nodeId(3) });
  links.tick(0);
  links.onUp(101 as LinkId, third, true);
  links.tick(5_000);
  t.strictSame(closed, [], "alone it stays");
  // It took our link for dead, and dialed.
  links.onUp(7 as LinkId, third, false);
  links.tick(5_010);
  links.tick(5_900);
  t.equal(links.linkTo(nodeId(3)), 101, "it may be about to give up its own");
  links.tick(6_010);
  t.strictSame(closed, [101]);
  t.equal(links.linkTo(nodeId(3)), 7);
  links.tick(60_000);
  t.strictSame(closed, [101], "and that one stays");
});

t.test("the higher id gives up its own link when both have dialed", async (t) => {
  const { links, closed, dialed } = harness([KNOWN]);
  links.tick(0);
  t.strictSame(dialed, [7400, 7402]);
  links.onUp(7 as LinkId, hello(), false);
  t.strictSame(closed, [100]);
  t.equal(links.linkTo(nodeId(1)), 7);
  links.onDown(7 as LinkId, 10);
  t.equal(links.linkTo(nodeId(1)), undefined);
  links.tick(100);
  t.equal(dialed.length, 2, "not at once");
  links.tick(300);
  t.equal(dialed.length, 3);
});
