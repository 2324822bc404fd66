import type protobuf from "protobufjs/minimal.js";
import { unreachable } from "../base/assert.ts";
import { BATCH_COMMANDS_MAX, RESULT_GRACE_MS } from "../base/limits.ts";
import type { Batch, Command, Operation, RequestIdentity } from "../kv/command.ts";
import { amountField, bytesField, countField, malformed, positiveField, sizedField } from "./fields.ts";
import { decodeBytes, encodeBody, encodePayload } from "./payload.ts";
import { kvd } from "./schema.generated.js";

/** The first byte of an encoded operation. */
const OPERATION_TYPE = { put: 1, delete: 2 } as const;
const CLIENT_BYTES = 16;

/** A command as it travels and is stored. Retries send these very bytes: the content is hashed to recognise them. */
export function encodeCommand(identity: RequestIdentity, operation: Operation): Uint8Array {
  const payload = encodeOperation(operation);
  const { client, sequence, acknowledged, deadlineMs } = identity;
  return encodeBody(kvd.Command, { client, sequence, acknowledged, deadlineMs, payload });
}

/** The command, whose arrays are views of `bytes`, or a reason. Sizes of keys and values are not looked at here. */
export function decodeCommand(bytes: Uint8Array): Command | string {
  return decodeBytes(bytes, readCommand);
}

/** The value of a slot: stamps of cluster and wall time in ms, and the commands as their clients encoded them. */
export function encodeBatch(stampMs: number, wallMs: number, commands: readonly Uint8Array[]): Uint8Array {
  return encodeBody(kvd.Batch, { stampMs, wallMs, commands: commands as Uint8Array[] });
}

/** The batch, whose arrays are views of `bytes`, or a reason. One command that cannot be read spoils the whole. */
export function decodeBatch(bytes: Uint8Array): Batch | string {
  return decodeBytes(bytes, readBatch);
}

function encodeOperation(operation: Operation): Uint8Array {
  switch (operation.kind) {
    case "put":
      return encodePayload(OPERATION_TYPE.put, kvd.PutOperation, operation);
    case "delete":
      return encodePayload(OPERATION_TYPE.delete, kvd.DeleteOperation, operation);
    default:
      return unreachable(operation);
  }
}

function readBatch(reader: protobuf.Reader): Batch {
  const body = kvd.Batch.decode(reader);
  if (body.commands.length > BATCH_COMMANDS_MAX) malformed(`${body.commands.length} commands in a batch`);
  return {
    stampMs: countField(body.stampMs, "stamp"),
    wallMs: amountField(body.wallMs, "wall time"),
    commands: body.commands.map(commandField),
  };
}

function commandField(bytes: Uint8Array): Command {
  const command = decodeBytes(bytes, readCommand);
  return typeof command === "string" ? malformed(command) : command;
}

function readCommand(reader: protobuf.Reader): Command {
  const body = kvd.Command.decode(reader);
  const operation = decodeBytes(body.payload, readOperation);
  if (typeof operation === "string") malformed(operation);
  return { identity: identityField(body), operation, payload: body.payload };
}

function identityField(body: kvd.Command): RequestIdentity {
  const sequence = positiveField(body.sequence, "sequence");
  const acknowledged = countField(body.acknowledged, "acknowledged");
  if (acknowledged >= sequence) malformed(`request ${sequence} acknowledges up to ${acknowledged}`);
  const deadlineMs = countField(body.deadlineMs, "deadline");
  countField(deadlineMs + RESULT_GRACE_MS, "end of grace");
  return { client: sizedField(body.client, CLIENT_BYTES, "client id"), sequence, acknowledged, deadlineMs };
}

function readOperation(reader: protobuf.Reader): Operation {
  const type = reader.uint32();
  switch (type) {
    case OPERATION_TYPE.put: {
      const { key, value, previous } = kvd.PutOperation.decode(reader);
      return { kind: "put", key: bytesField(key), value: bytesField(value), previous };
    }
    case OPERATION_TYPE.delete: {
      const { key, previous } = kvd.DeleteOperation.decode(reader);
      return { kind: "delete", key: bytesField(key), previous };
    }
    default:
      return malformed(`operation type ${type} is not known`);
  }
}
