import t from "tap";
import { ChainDigest, DigestRing } from "../../src/paxos/digest.ts";
import { NOOP } from "../../src/paxos/value.ts";
import { batch, crypto, s } from "./fixtures.ts";

t.test("the digest depends on the past, the slot, the kind and the bytes", async (t) => {
  const chain = new ChainDigest(crypto);
  const base = chain.extend(0, s(1), batch("a"));
  const others = [
    chain.extend(1, s(1), batch("a")),
    chain.extend(0, s(2), batch("a")),
    chain.extend(0, s(2 ** 33 + 1), batch("a")),
    chain.extend(0, s(1), batch("b")),
    chain.extend(0, s(1), { kind: "membership", bytes: batch("a").bytes }),
    chain.extend(0, s(1), NOOP),
  ];
  t.equal(new Set([base, ...others]).size, 7);
  t.equal(chain.extend(0, s(1), batch("a")), base);
});

t.test("the ring knows the last 4,096 watermarks and no other", async (t) => {
  const ring = new DigestRing();
  for (let at = 1; at <= 5000; at++) ring.set(s(at), at * 3);
  t.equal(ring.get(s(5000)), 15000);
  t.equal(ring.get(s(905)), 2715);
  t.equal(ring.get(s(904)), undefined);
  t.equal(ring.get(s(5001)), undefined);
});
