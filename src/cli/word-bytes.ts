const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The text, when the bytes are valid UTF-8; otherwise undefined. */
export function textOf(bytes: Uint8Array): string | undefined {
  try {
    return strict.decode(bytes);
  } catch {
    return undefined;
  }
}

/** Where a byte that is no UTF-8 stands in a word: the lone surrogate U+DC00 + byte, which no text has. Source: PEP 383. */
const ESCAPED_BYTE = 0xdc00;
const ESCAPED = /([\udc80-\udcff]+)/u;

/** The bytes that a word of a command line stands for: its UTF-8, and single bytes where it has escaped ones. */
export function bytesOfWord(word: string): Uint8Array {
  if (!ESCAPED.test(word)) return Buffer.from(word, "utf8");
  const parts = word.split(ESCAPED).map((part, index) => {
    if (index % 2 === 0) return Buffer.from(part, "utf8");
    return Buffer.from(Array.from({ length: part.length }, (_, at) => part.charCodeAt(at) - ESCAPED_BYTE));
  });
  return Buffer.concat(parts);
}

/** The word of one byte: a character, or the escape of what is none by itself. */
export function wordOfByte(byte: number): string {
  return String.fromCharCode(byte < 0x80 ? byte : ESCAPED_BYTE + byte);
}

/** The word that stands for these bytes. */
export function wordOfBytes(bytes: Uint8Array): string {
  const text = textOf(bytes);
  if (text !== undefined) return text;
  let word = "";
  for (let at = 0; at < bytes.length; ) {
    const length = characterLength(bytes[at] ?? 0);
    const character = length > bytes.length - at ? undefined : textOf(bytes.subarray(at, at + length));
    word += character ?? wordOfByte(bytes[at] ?? 0);
    at += character === undefined ? 1 : length;
  }
  return word;
}

/** How many bytes the character has that begins with `lead`. */
function characterLength(lead: number): number {
  if (lead < 0xc0) return 1;
  if (lead < 0xe0) return 2;
  return lead < 0xf0 ? 3 : 4;
}
