import { contenderKey } from "../client/contenders.ts";
import { badRequest } from "./http-error.ts";
import { checkedKey } from "./keys.ts";
import { percentDecoded } from "./octets.ts";

const HISTORY = "/history";

/** Whether the rest of a path behind `/v1/kv/` asks for a key's history. */
export function isHistoryPath(rest: string): boolean {
  return rest.endsWith(HISTORY) && rest.length > HISTORY.length;
}

/** The key whose history a path asks for. */
export function historyKey(rest: string): Uint8Array {
  return keyOf(rest.slice(0, -HISTORY.length));
}

/**
 * The key that the rest of a path names, byte for byte: percent-encoded, slashes as they are. A key that
 * ends in `/history` has that slash encoded, because the path without it asks for a history.
 */
export function itemKey(rest: string): Uint8Array {
  if (isHistoryPath(rest))
    throw badRequest(
      "this path is a key's history, which can only be read; write the key's own slash as %2F",
    );
  return keyOf(rest);
}

/** The name of a lock or an election that the rest of a path is. */
export function lockNameOf(rest: string): Uint8Array {
  const name = percentDecoded(rest, "+");
  if (name === undefined) throw badRequest("a % in the path has to be followed by two hexadecimal digits");
  if (name.length === 0) throw badRequest("a name is needed in the path");
  checkedKey(contenderKey(name, 1), "");
  return name;
}

function keyOf(rest: string): Uint8Array {
  const key = percentDecoded(rest, "+");
  if (key === undefined) throw badRequest("a % in the path has to be followed by two hexadecimal digits");
  return checkedKey(key, "say /v1/kv/KEY");
}

/** Below these the path is taken byte for byte. */
const BYTES = ["/v1/kv/", "/v1/locks/", "/v1/elections/"];

/**
 * The path with the key in it protected from the router, which decodes percent-encoding as UTF-8 and would
 * not tell `/` from `%2F`.
 */
export function protectedUrl(url: string): string {
  if (!BYTES.some((start) => url.startsWith(start))) return url;
  const question = url.indexOf("?");
  const path = question === -1 ? url : url.slice(0, question);
  return path.replaceAll("%", "%25") + (question === -1 ? "" : url.slice(question));
}
