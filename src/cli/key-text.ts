import { fromHex } from "../base/bytes.ts";
import { usageError } from "./program-error.ts";
import { bytesOfWord, textOf } from "./word-bytes.ts";

/** How keys are written on a command line: text as it stands, text with `\xHH` escapes, or digits. */
export const KEY_ENCODINGS = ["utf8", "escaped", "hex", "base64"] as const;
export type KeyEncoding = (typeof KEY_ENCODINGS)[number];

/** The bytes of a key as it was typed; throws a usage error when it does not fit the encoding. */
export function parseKey(text: string, encoding: KeyEncoding): Uint8Array {
  switch (encoding) {
    case "utf8":
      refuseReplaced(text, "type its bytes as \\xHH with -k escaped");
      return bytesOfWord(text);
    case "escaped":
      refuseReplaced(text, "type its bytes as \\xHH");
      return unescapeText(text);
    case "hex": {
      const bytes = fromHex(text);
      if (bytes === undefined) throw usageError(`'${text}' is not an even number of hexadecimal digits`);
      return bytes;
    }
    case "base64": {
      if (!/^[A-Za-z0-9+/_-]*={0,2}$/.test(text)) throw usageError(`'${text}' is not base64`);
      return Buffer.from(text, "base64");
    }
  }
}

/**
 * Throws a usage error for text with U+FFFD in it, which stands for bytes of the command line that are not
 * UTF-8: what they were is lost, and other bytes must not be taken for them. `advice` says what to do.
 */
export function refuseReplaced(text: string, advice: string): void {
  if (text.includes("\ufffd")) throw usageError(`'${text}' is not UTF-8, or has U+FFFD in it; ${advice}`);
}

function unescapeText(text: string): Uint8Array {
  const parts: Uint8Array[] = [];
  const pattern = /\\x([0-9a-fA-F]{2})|\\(.)|([^\\]+)|(\\)/gsu;
  for (const match of text.matchAll(pattern)) {
    if (match[1] !== undefined) parts.push(Buffer.from(match[1], "hex"));
    else if (match[3] !== undefined) parts.push(bytesOfWord(match[3]));
    else parts.push(Buffer.from(simpleEscape(match[2], text)));
  }
  return Buffer.concat(parts);
}

function simpleEscape(letter: string | undefined, text: string): string {
  if (letter === "\\") return "\\";
  if (letter === "n") return "\n";
  if (letter === "t") return "\t";
  if (letter === "r") return "\r";
  throw usageError(`'${text}': after a backslash comes xHH, n, r, t or another backslash`);
}

/** The key on one line, unambiguous: what a terminal cannot show is escaped; `escaped` reads it back. */
export function showKey(bytes: Uint8Array): string {
  const text = textOf(bytes);
  const isPlain = text !== undefined && !/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\\]/u.test(text);
  if (isPlain) return text;
  let shown = "";
  for (const byte of bytes) {
    if (byte === 0x5c) shown += "\\\\";
    else if (byte >= 0x20 && byte < 0x7f) shown += String.fromCharCode(byte);
    else shown += `\\x${byte.toString(16).padStart(2, "0")}`;
  }
  return shown;
}

/** `{name: text}` for valid UTF-8, `{name_b64: base64}` for anything else: nobody has to guess. */
export function jsonBytes(name: string, bytes: Uint8Array): Readonly<Record<string, string>> {
  const text = textOf(bytes);
  return text === undefined ? { [`${name}_b64`]: Buffer.from(bytes).toString("base64") } : { [name]: text };
}
