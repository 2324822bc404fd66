import { CHUNK_BYTES_MAX, SNAPSHOT_HASH_BYTES } from "../base/limits.ts";
import type { ReplyBody } from "./client-messages.ts";
import { bytesField, malformed, positiveField, sizedField } from "./fields.ts";
import type { ReplyHead } from "./reply-fields.ts";
import type { kvd } from "./schema.generated.js";

type SnapshotBody = Extract<ReplyBody, { kind: "snapshot" }>;
type ChunkBody = Extract<ReplyBody, { kind: "chunk" }>;

export function snapshotBody(head: ReplyHead, { offered }: SnapshotBody): kvd.SnapshotReply.$Properties {
  return offered === undefined ? { ...head, making: true } : { ...head, ...offered };
}

export function snapshotField(body: kvd.SnapshotReply): SnapshotBody {
  if (body.making) return { kind: "snapshot", offered: undefined };
  if (body.manifest.length === 0) malformed("a snapshot without a manifest");
  const hash = sizedField(body.hash, SNAPSHOT_HASH_BYTES, "hash");
  const chunks = positiveField(body.chunks, "chunks");
  return { kind: "snapshot", offered: { manifest: body.manifest, hash, chunks } };
}

export function chunkBody(head: ReplyHead, { content }: ChunkBody): kvd.ChunkReply.$Properties {
  return { ...head, gone: content === undefined, content: content ?? null };
}

export function chunkField({ gone, content }: kvd.ChunkReply): ChunkBody {
  if (content.length > CHUNK_BYTES_MAX) malformed(`a chunk of ${content.length} bytes`);
  return { kind: "chunk", content: gone ? undefined : bytesField(content) };
}
