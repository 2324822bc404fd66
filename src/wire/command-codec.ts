import type protobuf from "protobufjs/minimal.js";
import { BATCH_COMMANDS_MAX, RESULT_GRACE_MS } from "../base/limits.ts";
import type { Batch, Command, Operation, RequestIdentity } from "../kv/command.ts";
import { amountField, ballotField, countField, malformed, positiveField, sizedField } from "./fields.ts";
import { encodeOperation, readOperation } from "./operation-codec.ts";
import { decodeBytes, encodeBody } from "./payload.ts";
import { kvd } from "./schema.generated.js";

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
export function encodeBatch(
  { stampMs, wallMs, reign }: Omit<Batch, "commands">,
  commands: readonly Uint8Array[],
): Uint8Array {
  return encodeBody(kvd.Batch, { stampMs, wallMs, reign, commands: commands as Uint8Array[] });
}

/** The batch, whose arrays are views of `bytes`, or a reason. One command that cannot be read spoils the whole. */
export function decodeBatch(bytes: Uint8Array): Batch | string {
  return decodeBytes(bytes, readBatch);
}

function readBatch(reader: protobuf.Reader): Batch {
  const body = kvd.Batch.decode(reader);
  if (body.commands.length > BATCH_COMMANDS_MAX) malformed(`${body.commands.length} commands in a batch`);
  return {
    stampMs: countField(body.stampMs, "stamp"),
    wallMs: amountField(body.wallMs, "wall time"),
    reign: ballotField(body.reign, "reign"),
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
