import t from "tap";
import { nodeId, slot } from "../../src/base/ids.ts";
import { Agreement } from "../../src/node/agreement.ts";
import type { StatePoint } from "../../src/wire/received.ts";
import { membershipOf } from "../paxos/fixtures.ts";

const SELF = nodeId(1);
/** Of a member whose state is as it should be. */
const hashAt = (at: number): number => at * 31;
const point = (at: number, hash = hashAt(at)): StatePoint => ({ at: slot(at), hash });

/** One of `voters` voters that has applied up to `watermark`, and knows the hashes from `from` on. */
function member(voters: number, watermark: number, from = 1) {
  const alarms = new Map<string, string>();
  const fenced: string[] = [];
  let handOvers = 0;
  const agreement = new Agreement({
    self: SELF,
    roster: { members: membershipOf(voters).members, nameOf: (node) => `n${node}` },
    hashes: {
      watermark: slot(watermark),
      last: hashAt(watermark),
      at: (at) => (at >= from && at <= watermark ? { hash: hashAt(at), keys: 0 } : undefined),
    },
    alarms: {
      raise: (subject, text) => void alarms.set(subject, text),
      clear: (subject) => void alarms.delete(subject),
    },
    handOver: () => handOvers++,
    fence: (reason) => {
      fenced.push(reason);
      throw new Error("fenced");
    },
  });
  return { agreement, alarms, fenced, handOvers: () => handOvers };
}

t.test("a leader says up to where a majority has the hash that it has", async (t) => {
  const { agreement } = member(5, 100);
  t.equal(agreement.agreed, undefined, "alone it is no majority");
  agreement.onTold(nodeId(2), point(90), 0);
  t.equal(agreement.agreed, undefined);
  agreement.onTold(nodeId(3), point(80), 0);
  t.strictSame(agreement.agreed, point(80));
  agreement.onTold(nodeId(4), point(95), 0);
  t.strictSame(agreement.agreed, point(90));
  agreement.onTold(nodeId(9), point(100), 0);
  t.strictSame(agreement.agreed, point(90), "who has no vote does not count");
  t.strictSame(member(1, 7).agreement.agreed, point(7), "a voter alone is a majority");
  const even = member(4, 50).agreement;
  even.onTold(nodeId(2), point(50), 0);
  t.equal(even.agreed, undefined, "half of the voters is none");
});

t.test("a member whose hash is another than a majority's fences itself", async (t) => {
  const { agreement, fenced } = member(3, 100, 20);
  agreement.onAgreed(point(100));
  agreement.onAgreed(point(10, 7));
  agreement.onAgreed(point(101, 7));
  t.same(fenced, [], "what is not known any more, or not yet, proves nothing");
  t.throws(() => agreement.onHeard(nodeId(2), "heartbeat", point(60, 7), 0), /fenced/);
  t.match(fenced, [/slots below 60: its hash is 00000000000744 instead of 00000000000007/]);
});

t.test("a leader raises an alarm for a member that differs, and does not count it", async (t) => {
  const { agreement, alarms, handOvers } = member(3, 100);
  agreement.onHeard(nodeId(2), "heartbeat-ack", point(50), 0);
  agreement.onTold(nodeId(3), point(60, 7), 0);
  t.match(alarms.get("state of n3"), /state of n3 differs .* kvadm check/);
  t.strictSame(agreement.agreed, point(50));
  t.equal(handOvers(), 0);
  agreement.onTold(nodeId(3), point(70), 0);
  t.equal(alarms.size, 0, "it has fetched the state of the others");
});

t.test("a leader that most voters differ from hands over, once a minute", async (t) => {
  const { agreement, fenced, handOvers } = member(3, 100);
  agreement.onTold(nodeId(2), point(50, 7), 1_000);
  t.equal(handOvers(), 0, "one of two is not most");
  agreement.onTold(nodeId(3), point(50, 7), 1_000);
  t.equal(handOvers(), 1);
  agreement.onTold(nodeId(3), point(60, 7), 60_000);
  t.equal(handOvers(), 1);
  agreement.onTold(nodeId(3), point(60, 7), 61_000);
  t.equal(handOvers(), 2);
  t.equal(agreement.agreed, undefined);
  t.same(fenced, [], "which of them is wrong the next leader will find");
});

t.test("followers tell what they have, leaders what is agreed, and nobody anything of nothing", async (t) => {
  const { agreement } = member(3, 100);
  t.strictSame(agreement.toTell("heartbeat-ack"), point(100));
  t.equal(agreement.toTell("heartbeat"), undefined);
  agreement.onTold(nodeId(2), point(9), 0);
  t.strictSame(agreement.toTell("heartbeat"), point(9));
  t.equal(agreement.toTell("accepted"), undefined);
  t.equal(member(3, 1).agreement.toTell("heartbeat-ack"), undefined, "without a state");
  t.equal(member(1, 1).agreement.toTell("heartbeat"), undefined);
});
