import { MESSAGE_TYPE, payloadKind } from "../../wire/payload.ts";
import { decodePeer } from "../../wire/peer-codec.ts";

const PREFIX = { peer: "message:", snapshot: "message:", request: "request:", reply: "reply:" } as const;

/** By type byte: what counts how often such a payload was received; undefined for none of these. */
const NAMES: readonly (string | undefined)[] = namesByType();

/** `message:accept`, `request:mutate`, `reply:record` and the like; undefined for a payload that is none. */
export function payloadName(payload: Uint8Array): string | undefined {
  return NAMES[payload[0] ?? 0];
}

/** Every name that `payloadName` gives, ascending by type. */
export const PAYLOAD_NAMES: readonly string[] = NAMES.filter((name) => name !== undefined);

/** Whether an acceptor speaks here: to a prepare or to an accept, and to nothing else. */
export function isOfAcceptor(payload: Uint8Array): boolean {
  switch (payload[0]) {
    case MESSAGE_TYPE.promise:
    case MESSAGE_TYPE.accepted:
      return true;
    case MESSAGE_TYPE.reject: {
      const decoded = decodePeer(payload);
      if (typeof decoded === "string" || decoded.message.kind !== "reject") return false;
      return decoded.message.of !== "heartbeat";
    }
    default:
      return false;
  }
}

function namesByType(): readonly (string | undefined)[] {
  const names: (string | undefined)[] = [];
  for (const [name, type] of Object.entries(MESSAGE_TYPE)) {
    const kind = payloadKind(Uint8Array.of(type));
    if (kind !== undefined) names[type] = PREFIX[kind] + name.replace(/(?:Request|Reply)$/, "");
  }
  return names;
}
