import t from "tap";
import type { NodeId, Slot } from "../../src/base/ids.ts";
import { decodeReply, encodeReply } from "../../src/wire/client-codec.ts";
import type { NodeStatus, Reply } from "../../src/wire/client-messages.ts";

const at = (value: number): Slot => value as Slot;
const STATUS: NodeStatus = {
  id: 1 as NodeId,
  name: "n1",
  endpoint: "127.0.0.1:7400",
  clusterId: new Uint8Array(32),
  role: "leader",
  serving: true,
  ballot: "3.1",
  leader: { name: "n1", host: "127.0.0.1", port: 7400 },
  chosen: at(9),
  applied: at(8),
  stateDurable: at(7),
  firstKept: at(2),
  end: at(10),
  digest: 2 ** 32 - 1,
  stateHash: 2 ** 53 - 1,
  revision: 6,
  keys: 5,
  timeMs: 4,
  leaderLeaseMs: 0,
  leased: false,
  logBytes: 3,
  stateBytes: 2,
  startCount: 1,
  damaged: 0,
  version: "0.1.0",
  alarms: ["the disk is slow"],
  voters: ["n1", "n2"],
  peers: [{ name: "n2", up: true, rttMs: 0.25, loss: 0.01 }],
  counters: new Map([["received", 12]]),
};

function replied(status: NodeStatus): Reply {
  const body = { kind: "status", status } as const;
  return { id: 5, body, applied: at(90), revision: 80, leader: undefined, servedBy: "n3" };
}

t.test("a status is the node's own, apart from what its reply says of who passed it on", async (t) => {
  t.strictSame(decodeReply(encodeReply(replied(STATUS))), replied(STATUS));
});

t.test("a status that no node gives is refused with a reason", async (t) => {
  const peer = { name: "n2", up: true, rttMs: 1, loss: 0 };
  const bad: readonly [Partial<NodeStatus>, RegExp][] = [
    [{ id: 0 as NodeId }, /node 0/],
    [{ clusterId: new Uint8Array(3) }, /cluster id of 3/],
    [{ role: "king" as "leader" }, /role 0/],
    [{ startCount: 0 }, /start count 0/],
    [{ applied: at(-1) }, /applied -1/],
    [{ damaged: 0.5 }, /damaged 0.5/],
    [{ timeMs: Number.NaN }, /cluster time NaN/],
    [{ logBytes: -1 }, /log bytes -1/],
    [{ peers: [{ ...peer, rttMs: -1 }] }, /rtt -1/],
    [{ alarms: ["x".repeat(5000)] }, /alarm has 5000/],
    [{ peers: Array.from({ length: 1025 }, () => peer) }, /list of 1025/],
    [{ counters: new Map([["received", -1]]) }, /counter -1/],
  ];
  for (const [part, reason] of bad)
    t.match(decodeReply(encodeReply(replied({ ...STATUS, ...part }))), reason);
});
