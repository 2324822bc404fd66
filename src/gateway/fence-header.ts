import { badRequest } from "./http-error.ts";
import { checkedKey } from "./keys.ts";
import { percentDecoded } from "./octets.ts";
import type { Route } from "./route.ts";

const FENCE = /^(.+):([1-9]\d{0,14})$/;

/** On what a change depends by its `Kvd-Fence`. */
export interface HeaderFence {
  readonly key: Uint8Array;
  readonly token: number;
}

/**
 * The fence that a request names. Throws a 400 for one that is none, and where a route would not heed it: whoever
 * sends it relies on it.
 */
export function fenceOf(
  { fence, path }: Pick<Route, "fence" | "path">,
  header: string | readonly string[] | undefined,
): HeaderFence | undefined {
  if (header === undefined) return undefined;
  if (fence !== true) throw badRequest(`Kvd-Fence: not here, at ${path}; changes of keys take it`);
  const [, key = "", token] = FENCE.exec(`${header}`) ?? [];
  if (token === undefined)
    throw badRequest("Kvd-Fence: KEY:TOKEN is needed, as the lock's own answer has it");
  const bytes = percentDecoded(key, "+");
  if (bytes === undefined)
    throw badRequest("Kvd-Fence: a % in the key has to be followed by two hexadecimal digits");
  return { key: checkedKey(bytes, ""), token: Number(token) };
}

/** The header that makes a change depend on the lock with this key and token. */
export function fenceText(key: Uint8Array, token: number): string {
  const encoded = [...key].map((byte) => {
    const character = String.fromCharCode(byte);
    return /[A-Za-z0-9._~/-]/.test(character)
      ? character
      : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
  });
  return `${encoded.join("")}:${token}`;
}
