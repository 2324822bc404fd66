import t from "tap";
import { slot } from "../../src/base/ids.ts";
import { decodeReply, encodeReply } from "../../src/wire/client-codec.ts";

function passed(hash: number | undefined): unknown {
  const state = hash === undefined ? undefined : { hash, keys: 1 };
  const body = { kind: "state-hash", watermark: slot(3), at: slot(2), state } as const;
  const head = { id: 1, applied: slot(3), revision: 0, leader: undefined, servedBy: "n1" };
  const reply = decodeReply(encodeReply({ ...head, body }));
  return typeof reply === "string" ? reply : reply.body;
}

t.test("a hash of zero is not one that is unknown", async (t) => {
  t.match(passed(0), { at: 2, state: { hash: 0, keys: 1 } });
  t.match(passed(undefined), { at: 2, state: undefined });
  t.match(passed(Number.MAX_SAFE_INTEGER), { state: { hash: Number.MAX_SAFE_INTEGER } });
  t.match(passed(-1), /hash -1/);
});
