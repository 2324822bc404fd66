import type protobuf from "protobufjs/minimal.js";
import type { GroupId } from "../base/ids.ts";
import { PAGE_SLOTS_MAX } from "../base/limits.ts";
import type {
  ChosenMessage,
  FetchMessage,
  ReadIndexMessage,
  ReadIndexReplyMessage,
} from "../paxos/messages.ts";
import type { Value } from "../paxos/value.ts";
import { countField, malformed, slotField } from "./fields.ts";
import { encodePayload, MESSAGE_TYPE } from "./payload.ts";
import { type Received, received } from "./received.ts";
import { kvd } from "./schema.generated.js";
import { valueField, valueKindNumber } from "./value-codec.ts";

export function encodeFetch(group: GroupId, { from }: FetchMessage): Uint8Array {
  return encodePayload(MESSAGE_TYPE.fetch, kvd.Fetch, { group, from });
}

export function decodeFetch(reader: protobuf.Reader): Received {
  const body = kvd.Fetch.decode(reader);
  return received(body.group, { kind: "fetch", from: slotField(body.from, "from") });
}

export function encodeChosen(group: GroupId, message: ChosenMessage): Uint8Array {
  const { from, learned, firstKept } = message;
  const valueKinds = message.values.map(valueKindNumber);
  const values = message.values.map(({ bytes }) => bytes);
  return encodePayload(MESSAGE_TYPE.chosen, kvd.Chosen, {
    group,
    from,
    learned,
    firstKept,
    valueKinds,
    values,
  });
}

export function decodeChosen(reader: protobuf.Reader): Received {
  const body = kvd.Chosen.decode(reader);
  return received(body.group, {
    kind: "chosen",
    from: slotField(body.from, "from"),
    learned: slotField(body.learned, "learned"),
    firstKept: slotField(body.firstKept, "first kept"),
    values: valuesField(body.valueKinds, body.values),
  });
}

export function encodeReadIndex(group: GroupId, { id }: ReadIndexMessage): Uint8Array {
  return encodePayload(MESSAGE_TYPE["read-index"], kvd.ReadIndex, { group, id });
}

export function decodeReadIndex(reader: protobuf.Reader): Received {
  const body = kvd.ReadIndex.decode(reader);
  return received(body.group, { kind: "read-index", id: countField(body.id, "id") });
}

export function encodeReadIndexReply(group: GroupId, { id, index }: ReadIndexReplyMessage): Uint8Array {
  const body = { group, id, granted: index !== undefined, index: index ?? 0 };
  return encodePayload(MESSAGE_TYPE["read-index-reply"], kvd.ReadIndexReply, body);
}

export function decodeReadIndexReply(reader: protobuf.Reader): Received {
  const body = kvd.ReadIndexReply.decode(reader);
  return received(body.group, {
    kind: "read-index-reply",
    id: countField(body.id, "id"),
    index: body.granted ? slotField(body.index, "index") : undefined,
  });
}

function valuesField(kinds: readonly number[], values: readonly Uint8Array[]): Value[] {
  if (kinds.length !== values.length) malformed(`${kinds.length} kinds for ${values.length} values`);
  if (values.length > PAGE_SLOTS_MAX) malformed(`${values.length} values in a page`);
  return values.map((bytes, index) => valueField(kinds[index] ?? 0, bytes));
}
