import type { Operation } from "../../kv/command.ts";
import type { JsonObject } from "../../node/trace-line.ts";
import { decodeBatch } from "../../wire/command-codec.ts";
import { fieldText, part } from "./record-fields.ts";

const COMMANDS_SHOWN_MAX = 2;
const KEY_CHARACTERS_MAX = 24;

const decoder = new TextDecoder();

/** What a recorded value holds: its commands when its bytes were recorded, else its kind and size. */
export function valueText(value: JsonObject): string {
  const kind = fieldText(value, "kind");
  const { length, base64 } = part(value, "bytes");
  if (typeof length !== "number" || length === 0) return kind;
  const commands = kind === "batch" && typeof base64 === "string" ? commandsText(base64) : undefined;
  return commands ?? `${kind} ${length} B`;
}

function commandsText(base64: string): string | undefined {
  const batch = decodeBatch(new Uint8Array(Buffer.from(base64, "base64")));
  if (typeof batch === "string") return undefined;
  const { commands } = batch;
  if (commands.length === 0) return "time stamp";
  const texts = commands.slice(0, COMMANDS_SHOWN_MAX).map(({ operation }) => operationText(operation));
  const more = commands.length - texts.length;
  return texts.join(", ") + (more > 0 ? ` and ${more} more` : "");
}

function operationText(operation: Operation): string {
  const { kind } = operation;
  return "key" in operation ? `${kind} ${keyText(operation.key)}` : kind;
}

/** The key as text, short and without anything that could disturb a row. */
function keyText(key: Uint8Array): string {
  const text = decoder.decode(key).replace(/[\p{C}\p{Z}]/gu, "·");
  return text.length > KEY_CHARACTERS_MAX ? `${text.slice(0, KEY_CHARACTERS_MAX)}…` : text;
}
