import { badRequest } from "./http-error.ts";

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const encoder = new TextEncoder();
const LONE_SURROGATE = /\p{Surrogate}/u;
const BASE64 = /^[A-Za-z0-9+/_-]*={0,2}$/;

/** The text that the bytes are in UTF-8, or undefined when they are none. */
export function utf8Text(bytes: Uint8Array): string | undefined {
  try {
    return decoder.decode(bytes);
  } catch {
    return undefined;
  }
}

/** `name` or `name_b64`, whichever tells the bytes exactly. */
export function octetsField(name: string, bytes: Uint8Array): Readonly<Record<string, string>> {
  const text = utf8Text(bytes);
  return text === undefined ? { [`${name}_b64`]: base64Text(bytes) } : { [name]: text };
}

export function base64Text(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
}

/** The bytes of base64 or base64url text, padded or not; throws a 400 that names `where`. */
export function base64Octets(text: string, where: string): Uint8Array {
  const bytes = Buffer.from(text, "base64");
  const bare = text.replace(/=+$/, "").replaceAll("-", "+").replaceAll("_", "/");
  if (!BASE64.test(text) || bytes.toString("base64").replace(/=+$/, "") !== bare)
    throw badRequest(`${where} is not base64`);
  return new Uint8Array(bytes);
}

/** The UTF-8 of a JSON string; throws a 400 that names `where` for what no UTF-8 can be made of. */
export function textOctets(text: string, where: string): Uint8Array {
  if (LONE_SURROGATE.test(text))
    throw badRequest(`${where} has half of a surrogate pair in it, which is no text; use ${where}_b64`);
  return encoder.encode(text);
}

/**
 * The bytes of percent-encoded text, or undefined when a `%` is not followed by two hexadecimal digits.
 * `plus`: what a bare `+` stands for.
 */
export function percentDecoded(text: string, plus: "+" | " "): Uint8Array | undefined {
  const bytes = new Uint8Array(text.length);
  let length = 0;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    if (unit === 0x25) {
      const hex = text.slice(index + 1, index + 3);
      if (!/^[0-9a-fA-F]{2}$/.test(hex)) return undefined;
      bytes[length++] = Number.parseInt(hex, 16);
      index += 2;
    } else {
      // Node hands each byte of the request line over as one character.
      bytes[length++] = unit === 0x2b ? plus.charCodeAt(0) : unit;
    }
  }
  return bytes.subarray(0, length);
}

/** The bytes for a message: as a JSON string, cut when long; what is no text as hexadecimal. */
export function showOctets(bytes: Uint8Array): string {
  const text = utf8Text(bytes);
  const shown = text === undefined ? Buffer.from(bytes).toString("hex") : JSON.stringify(text);
  return shown.length <= 100 ? shown : `${shown.slice(0, 100)}...`;
}
