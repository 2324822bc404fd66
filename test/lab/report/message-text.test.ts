import { ok } from "node:assert/strict";
import fc from "fast-check";
import t from "tap";
import { GROUP_ZERO, nodeId } from "../../../src/base/ids.ts";
import { SystemCrypto } from "../../../src/io/system-crypto.ts";
import { messageText, slotsText } from "../../../src/lab/report/message-text.ts";
import { part } from "../../../src/lab/report/record-fields.ts";
import { recordStep } from "../../../src/node/step-record.ts";
import type { Json, JsonObject } from "../../../src/node/trace-line.ts";
import type { Message } from "../../../src/paxos/messages.ts";
import { step } from "../../node/steps.ts";
import { message } from "../../wire/message-arbitraries.ts";

const OPTIONS = { node: "n1", crypto: new SystemCrypto() };
const [STEP] = fc.sample(step, { numRuns: 1, seed: 1 });

function recorded(message: Message): JsonObject {
  if (STEP === undefined) throw new Error("no step");
  const input = { kind: "received", from: nodeId(2), message } as const;
  return part(recordStep({ ...STEP, group: GROUP_ZERO, input }, 0, OPTIONS).input, "message");
}

t.test(
  "every message is a short text that names its kind, and every field that it tells is there",
  async (t) => {
    const kinds = new Set<string>();
    fc.assert(
      fc.property(message, (message) => {
        const text = messageText(recorded(message));
        kinds.add(message.kind);
        ok(text.startsWith(message.kind), text);
        ok(!text.includes("?") || text.includes("put"), text);
        ok(!text.includes("\n"), text);
      }),
      { numRuns: 1000 },
    );
    t.equal(kinds.size, 14);
  },
);

t.test("a record from elsewhere may lack anything", async (t) => {
  const hostile = fc.dictionary(fc.string(), fc.jsonValue() as fc.Arbitrary<Json>);
  const kind = fc.constantFrom("promise", "accept", "accepted", "chosen", "heartbeat-ack", "toString", "");
  fc.assert(
    fc.property(hostile, kind, (fields, kind) => typeof messageText({ ...fields, kind }) === "string"),
    { numRuns: 300 },
  );
  t.equal(messageText({ kind: "accept" }), "accept ? #? ?, chosen <?");
  t.equal(messageText({ kind: "toString" }), "toString");
});

t.test("runs of slots are drawn together", async (t) => {
  t.equal(slotsText([]), "");
  t.equal(slotsText([3]), "#3");
  t.equal(slotsText([3, 4, 5, 9, 11, 12], 2), "#3..5 #9 #11..12 and 2 more");
});
