import type protobuf from "protobufjs/minimal.js";
import { unreachable } from "../base/assert.ts";
import type { GroupId, Slot } from "../base/ids.ts";
import { CHUNK_BYTES_MAX, SNAPSHOT_HASH_BYTES } from "../base/limits.ts";
import { bytesField, groupField, malformed, sizedField, slotField, wordField, wordNumber } from "./fields.ts";
import { decodeBytes, encodePayload, MESSAGE_TYPE } from "./payload.ts";
import { kvd } from "./schema.generated.js";

/** What members say to each other about snapshots. A snapshot is named by the hash of its manifest. */
export type SnapshotMessage =
  /** Whoever lacks what no log has: is there a snapshot of all slots below `least`, or above? */
  | {
      readonly kind: "snapshot-ask";
      readonly least: Slot;
      /** Only this one, of which chunks are here already; undefined: any. */
      readonly hash: Uint8Array | undefined;
    }
  /** Its manifest; or it is being made, ask again; or there is none. */
  | { readonly kind: "snapshot-offer"; readonly answer: "offered"; readonly manifest: Uint8Array }
  | { readonly kind: "snapshot-offer"; readonly answer: "making" | "none" }
  | { readonly kind: "chunk-ask"; readonly hash: Uint8Array; readonly index: number }
  /** `content` undefined: there is no such snapshot any more. */
  | {
      readonly kind: "chunk";
      readonly hash: Uint8Array;
      readonly index: number;
      readonly content: Uint8Array | undefined;
    };

export interface ReceivedSnapshotMessage {
  readonly group: GroupId;
  readonly message: SnapshotMessage;
}

const ANSWERS = ["offered", "making", "none"] as const;

/** The payload, in memory of its own. */
export function encodeSnapshotMessage(group: GroupId, message: SnapshotMessage): Uint8Array {
  const type = MESSAGE_TYPE[message.kind];
  switch (message.kind) {
    case "snapshot-ask":
      return encodePayload(type, kvd.SnapshotAsk, {
        group,
        least: message.least,
        hash: message.hash ?? null,
      });
    case "snapshot-offer": {
      const answer = wordNumber(ANSWERS, message.answer);
      const manifest = message.answer === "offered" ? message.manifest : null;
      return encodePayload(type, kvd.SnapshotOffer, { group, answer, manifest });
    }
    case "chunk-ask":
      return encodePayload(type, kvd.ChunkAsk, { group, hash: message.hash, index: message.index });
    case "chunk": {
      const { hash, index, content } = message;
      const body = { group, hash, index, gone: content === undefined, content: content ?? null };
      return encodePayload(type, kvd.Chunk, body);
    }
    default:
      return unreachable(message);
  }
}

/** The message, whose bytes are views of `payload`, or the reason why it is none. Never throws. */
export function decodeSnapshotMessage(payload: Uint8Array): ReceivedSnapshotMessage | string {
  return decodeBytes(payload, readMessage);
}

function readMessage(reader: protobuf.Reader): ReceivedSnapshotMessage {
  const type = reader.uint32();
  switch (type) {
    case MESSAGE_TYPE["snapshot-ask"]:
      return readAsk(kvd.SnapshotAsk.decode(reader));
    case MESSAGE_TYPE["snapshot-offer"]:
      return readOffer(kvd.SnapshotOffer.decode(reader));
    case MESSAGE_TYPE["chunk-ask"]: {
      const { group, hash, index } = kvd.ChunkAsk.decode(reader);
      return from(group, { kind: "chunk-ask", hash: hashField(hash), index });
    }
    case MESSAGE_TYPE.chunk: {
      const { group, hash, index, gone, content } = kvd.Chunk.decode(reader);
      if (content.length > CHUNK_BYTES_MAX) malformed(`a chunk of ${content.length} bytes`);
      const bytes = gone ? undefined : bytesField(content);
      return from(group, { kind: "chunk", hash: hashField(hash), index, content: bytes });
    }
    default:
      return malformed(`message type ${type} is not known of snapshots`);
  }
}

function readAsk({ group, least, hash }: kvd.SnapshotAsk): ReceivedSnapshotMessage {
  const wanted = hash.length === 0 ? undefined : hashField(hash);
  return from(group, { kind: "snapshot-ask", least: slotField(least, "least"), hash: wanted });
}

function readOffer(body: kvd.SnapshotOffer): ReceivedSnapshotMessage {
  const answer = wordField(ANSWERS, body.answer, "answer");
  if (answer !== "offered") return from(body.group, { kind: "snapshot-offer", answer });
  if (body.manifest.length === 0) malformed("an offer without a manifest");
  return from(body.group, { kind: "snapshot-offer", answer, manifest: body.manifest });
}

function hashField(value: Uint8Array): Uint8Array {
  return sizedField(value, SNAPSHOT_HASH_BYTES, "hash");
}

function from(group: number, message: SnapshotMessage): ReceivedSnapshotMessage {
  return { group: groupField(group), message };
}
