/**
 * A byte string as text, one UTF-16 unit per byte: a key for maps, and ordered by `<` exactly as the
 * bytes are, unsigned. At most a few thousand bytes long.
 */
export function keyText(bytes: Uint8Array): string {
  // The engine takes any array-like here; a spread would walk an iterator and costs three times as much.
  return String.fromCharCode.apply(null, bytes as unknown as number[]);
}

/** The bytes that `keyText` made a text of. */
export function textBytes(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let index = 0; index < text.length; index++) bytes[index] = text.charCodeAt(index);
  return bytes;
}
