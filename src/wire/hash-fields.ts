import type { ReplyBody } from "./client-messages.ts";
import { countField, slotField } from "./fields.ts";
import type { ReplyHead } from "./reply-fields.ts";
import type { kvd } from "./schema.generated.js";

type HashBody = Extract<ReplyBody, { kind: "state-hash" }>;

export function hashBody(head: ReplyHead, body: HashBody): kvd.StateHashReply.$Properties {
  const { watermark, at, state } = body;
  return { ...head, watermark, at, known: state !== undefined, ...(state ?? {}) };
}

export function hashField(body: kvd.StateHashReply): HashBody {
  const state = { hash: countField(body.hash, "hash"), keys: countField(body.keys, "keys") };
  return {
    kind: "state-hash",
    watermark: slotField(body.watermark, "watermark"),
    at: slotField(body.at, "watermark asked for"),
    state: body.known ? state : undefined,
  };
}
