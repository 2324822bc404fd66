import t from "tap";
import type { Slot } from "../../src/base/ids.ts";
import { decodeReply, decodeRequest, encodeReply, encodeRequest } from "../../src/wire/client-codec.ts";
import type { Reply, Request } from "../../src/wire/client-messages.ts";
import { membershipOf } from "../paxos/fixtures.ts";

const ADD = { kind: "add", name: "n4", address: { host: "127.0.0.1", port: 7404 }, vote: true } as const;
const CHANGE = { kind: "change-members", id: 1, timeoutMs: 1, epoch: 3, dryRun: false } as const;
const VIEW = {
  clusterId: new Uint8Array(32),
  genesis: membershipOf(1),
  membership: membershipOf(3),
  settled: true,
};

function replyWith(view: typeof VIEW): Reply {
  const body = { kind: "members", view } as const;
  return { id: 1, body, applied: 1 as Slot, revision: 0, leader: undefined, servedBy: "n1" };
}

t.test("changes of the members, and who they are, come back as they were sent", async (t) => {
  const steps = [
    ADD,
    { ...ADD, vote: false },
    { kind: "promote", name: "n4" },
    { kind: "remove", name: "n1" },
  ] as const;
  for (const step of steps) {
    const request: Request = { ...CHANGE, step };
    t.same(decodeRequest(encodeRequest(request)), request);
  }
  const asked: Request = { kind: "members", id: 9, timeoutMs: 5 };
  t.same(decodeRequest(encodeRequest(asked)), asked);
  t.match(decodeReply(encodeReply(replyWith(VIEW))), replyWith(VIEW));
});

t.test("what no client and no node writes is refused with a reason", async (t) => {
  const bad: readonly (readonly [Request, RegExp])[] = [
    [{ ...CHANGE, epoch: -1, step: ADD }, /epoch -1/],
    [{ ...CHANGE, step: { ...ADD, name: "x".repeat(300) } }, /name has 300/],
    [{ ...CHANGE, step: { ...ADD, address: { host: "", port: 1 } } }, /host is missing/],
    [{ ...CHANGE, step: { ...ADD, address: { host: "h", port: 0 } } }, /port 0/],
    [{ ...CHANGE, step: { kind: "other" as never, name: "n1" } }, /step 0/],
  ];
  for (const [request, reason] of bad) t.match(decodeRequest(encodeRequest(request)), reason);
  t.match(decodeReply(encodeReply(replyWith({ ...VIEW, clusterId: new Uint8Array(3) }))), /cluster id has 3/);
});
