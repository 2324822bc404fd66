import type { Crypto } from "../base/seams.ts";
import type { ChosenIdentity } from "../client/options.ts";
import { badRequest } from "./http-error.ts";

/** For how long at least a repeat is answered with what the first request was. */
const REPEATABLE_MS = 10 * 60_000;
const CLIENT_BYTES = 16;
const KEY = /^[\x20-\x7e]{1,255}$/;

/**
 * The identity that an `Idempotency-Key` gives to a change: the same at every node, and for every principal
 * another. Throws a 400 for a key that is none.
 */
export function idempotencyIdentity(
  key: string | readonly string[] | undefined,
  principal: string,
  { sha256 }: Pick<Crypto, "sha256">,
): ChosenIdentity | undefined {
  if (key === undefined) return undefined;
  const text = `${key}`;
  if (!KEY.test(text)) throw badRequest("Idempotency-Key: 1 to 255 printable characters are needed");
  const named = new TextEncoder().encode(`idempotency key\0${principal}\0${text}`);
  return { client: sha256(named).slice(0, CLIENT_BYTES), sequence: 1, repeatableMs: REPEATABLE_MS };
}
