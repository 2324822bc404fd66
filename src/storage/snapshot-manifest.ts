import { equalBytes } from "../base/bytes.ts";
import type { Crypto } from "../base/seams.ts";
import { FieldReader, FieldWriter, LayoutError } from "./layout.ts";
import type { SnapshotManifest } from "./snapshot.ts";
import { readStateMark, writeStateMark } from "./state-rows.ts";

const HASH_BYTES = 32;
const CHUNKS_MAX = 2 ** 32;

/** A manifest of what is known once the last chunk is there. */
export function makeManifest(
  crypto: Pick<Crypto, "sha256">,
  fields: Omit<SnapshotManifest, "encoded" | "hash">,
): SnapshotManifest {
  const writer = new FieldWriter(1024)
    .bytes(fields.clusterId)
    .safeInteger(fields.chunks)
    .safeInteger(fields.bytes)
    .bytes(fields.chain);
  writeStateMark(writer, fields);
  const encoded = writer.finish();
  return { ...fields, encoded, hash: crypto.sha256(encoded) };
}

/** Throws LayoutError. The arrays are copies. */
export function decodeManifest(crypto: Pick<Crypto, "sha256">, bytes: Uint8Array): SnapshotManifest {
  const encoded = bytes.slice();
  const reader = new FieldReader(encoded);
  const clusterId = reader.bytes().slice();
  const chunks = reader.safeInteger();
  const total = reader.safeInteger();
  const chain = reader.bytes().slice();
  const mark = readStateMark(reader);
  reader.finish();
  if (clusterId.length !== HASH_BYTES || chain.length !== HASH_BYTES || chunks >= CHUNKS_MAX) {
    throw new LayoutError("this is no manifest of a snapshot");
  }
  return { ...mark, clusterId, chunks, bytes: total, chain, encoded, hash: crypto.sha256(encoded) };
}

/** What a peer sent as its manifest; undefined when it is none, or of another cluster. */
export function manifestOf(
  crypto: Pick<Crypto, "sha256">,
  clusterId: Uint8Array,
  encoded: Uint8Array,
): SnapshotManifest | undefined {
  try {
    const manifest = decodeManifest(crypto, encoded);
    return equalBytes(manifest.clusterId, clusterId) ? manifest : undefined;
  } catch (error) {
    if (error instanceof LayoutError) return undefined;
    throw error;
  }
}
