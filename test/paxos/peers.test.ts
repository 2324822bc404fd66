import t from "tap";
import { NOBODY } from "../../src/base/ids.ts";
import { Peers } from "../../src/paxos/peers.ts";
import { n, s } from "./fixtures.ts";

t.test(
  "what is known of anybody only rises, and is forgotten of those who are no members any more",
  async (t) => {
    const peers = new Peers();
    peers.note(n(2), s(9));
    peers.note(n(2), s(4));
    peers.note(n(5), s(99));
    t.equal(peers.learned(n(2)), 9);
    t.equal(peers.learned(n(5)), 99);
    peers.retain([n(2), n(3)]);
    t.equal(peers.learned(n(5)), 0);
    t.equal(peers.isAnyAbove(s(9)), false);
  },
);

t.test(
  "a holder has the slot chosen and not truncated; the preferred one first, the unhelpful one last",
  async (t) => {
    const peers = new Peers();
    t.equal(peers.holderOf(s(5), n(2), NOBODY), undefined);
    peers.note(n(2), s(9));
    peers.note(n(3), s(9), s(7));
    t.equal(peers.holderOf(s(5), n(3), NOBODY), n(2), "n3 has truncated it");
    t.equal(peers.holderOf(s(8), n(3), NOBODY), n(3));
    t.equal(peers.holderOf(s(8), n(3), n(3)), n(2));
    t.equal(peers.holderOf(s(5), NOBODY, n(2)), n(2), "better than nobody");
  },
);
