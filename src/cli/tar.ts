import { assert } from "../base/assert.ts";

const BLOCK_BYTES = 512;
const NAME_BYTES_MAX = 100;

/** A file of an archive. */
export interface TarFile {
  /** With slashes; ASCII, at most 100 characters. */
  readonly name: string;
  readonly content: Uint8Array;
}

/** Where the fields of a header begin, and how long they are. */
const FIELDS = {
  name: [0, NAME_BYTES_MAX],
  mode: [100, 8],
  user: [108, 8],
  group: [116, 8],
  size: [124, 12],
  modified: [136, 12],
  checksum: [148, 8],
  type: [156, 1],
  magic: [257, 8],
} as const;

/** An archive that every tar unpacks; `modifiedMs` is the time of all files. Source: POSIX.1-1988, ustar. */
export function tarOf(files: readonly TarFile[], modifiedMs: number): Uint8Array {
  const blocks = files.flatMap(({ name, content }) => {
    const rest = (BLOCK_BYTES - (content.length % BLOCK_BYTES)) % BLOCK_BYTES;
    return [headerOf(name, content.length, modifiedMs), content, new Uint8Array(rest)];
  });
  return new Uint8Array(Buffer.concat([...blocks, new Uint8Array(2 * BLOCK_BYTES)]));
}

function headerOf(name: string, bytes: number, modifiedMs: number): Uint8Array {
  assert(/^[\x21-\x7e]{1,100}$/.test(name), `'${name}' is no name for an archive`);
  const header = new Uint8Array(BLOCK_BYTES);
  const put = (field: keyof typeof FIELDS, text: string): void => {
    const [offset, length] = FIELDS[field];
    assert(text.length <= length, `the field ${field} has room for ${length}`);
    header.set(Buffer.from(text, "latin1"), offset);
  };
  put("name", name);
  put("mode", `${octal(0o600, 7)}\0`);
  put("user", `${octal(0, 7)}\0`);
  put("group", `${octal(0, 7)}\0`);
  put("size", `${octal(bytes, 11)}\0`);
  put("modified", `${octal(Math.floor(modifiedMs / 1_000), 11)}\0`);
  put("type", "0");
  put("magic", "ustar\x0000");
  // It is summed up with blanks in its own place.
  put("checksum", " ".repeat(8));
  const sum = header.reduce((total, byte) => total + byte, 0);
  put("checksum", `${octal(sum, 6)}\0 `);
  return header;
}

const octal = (value: number, digits: number): string => value.toString(8).padStart(digits, "0");
