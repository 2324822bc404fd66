import t from "tap";
import { ballot, GROUP_ZERO, nodeId } from "../../../src/base/ids.ts";
import { isOfAcceptor, PAYLOAD_NAMES, payloadName } from "../../../src/lab/world/payload-names.ts";
import { encodeRequest } from "../../../src/wire/client-codec.ts";
import { encodePeer } from "../../../src/wire/peer-codec.ts";

const b = ballot(3, nodeId(1));

t.test("a payload is named by who says it and what it is", async (t) => {
  t.equal(payloadName(encodePeer(GROUP_ZERO, { kind: "read-index", id: 1 }, 0)), "message:read-index");
  t.equal(payloadName(encodeRequest({ kind: "ping", id: 1 })), "request:ping");
  t.equal(payloadName(Uint8Array.of(250)), undefined);
  t.equal(payloadName(new Uint8Array(0)), undefined);
  t.equal(new Set(PAYLOAD_NAMES).size, PAYLOAD_NAMES.length);
  t.ok(PAYLOAD_NAMES.includes("message:read-index-reply") && PAYLOAD_NAMES.includes("reply:handedOver"));
});

t.test("an acceptor answers prepares and accepts, a heartbeat is not its business", async (t) => {
  const reject = (of: "prepare" | "accept" | "heartbeat"): Uint8Array =>
    encodePeer(GROUP_ZERO, { kind: "reject", ballot: b, promised: ballot(4, nodeId(1)), of }, 0);
  t.ok(isOfAcceptor(reject("prepare")));
  t.ok(isOfAcceptor(reject("accept")));
  t.notOk(isOfAcceptor(reject("heartbeat")));
  t.notOk(isOfAcceptor(encodeRequest({ kind: "ping", id: 1 })));
});
