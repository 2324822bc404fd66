import t from "tap";
import type { Slot } from "../../src/base/ids.ts";
import { CHUNK_BYTES_MAX } from "../../src/base/limits.ts";
import { decodeReply, encodeReply } from "../../src/wire/client-codec.ts";
import type { ReplyBody } from "../../src/wire/client-messages.ts";

function passed(body: ReplyBody): unknown {
  const head = { id: 1, applied: 0 as Slot, revision: 0, leader: undefined, servedBy: "n1" };
  const reply = decodeReply(encodeReply({ ...head, body }));
  return typeof reply === "string" ? reply : reply.body;
}

t.test("a snapshot that is being made, and a chunk that is gone, are told from empty ones", async (t) => {
  t.same(passed({ kind: "snapshot", offered: undefined }), { kind: "snapshot", offered: undefined });
  t.same(passed({ kind: "chunk", content: undefined }), { kind: "chunk", content: undefined });
  const content = new Uint8Array(0);
  t.same(passed({ kind: "chunk", content }), { kind: "chunk", content });
});

t.test(
  "a manifest that is missing, a hash that is none and a chunk that is too large are refused",
  async (t) => {
    const offered = { manifest: Uint8Array.of(1), hash: new Uint8Array(32), chunks: 1 };
    const [hash, manifest] = [new Uint8Array(3), new Uint8Array(0)];
    t.match(passed({ kind: "snapshot", offered: { ...offered, hash } }), /hash has 3 bytes/);
    t.match(passed({ kind: "snapshot", offered: { ...offered, manifest } }), /without a manifest/);
    t.match(passed({ kind: "snapshot", offered: { ...offered, chunks: 0 } }), /chunks 0/);
    t.match(passed({ kind: "chunk", content: new Uint8Array(CHUNK_BYTES_MAX + 1) }), /a chunk of/);
  },
);
