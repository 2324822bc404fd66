import { usageError } from "./program-error.ts";

const LINE_END = 10;

/** One line without its end, and its number from 1. */
export interface ByteLine {
  readonly bytes: Uint8Array;
  readonly number: number;
}

/**
 * The lines of a stream, one at a time; the last may lack its end. Throws a usage error that names the line
 * when one is longer than `bytesMax`: no more than that is ever held.
 */
export async function* byteLines(
  pieces: AsyncIterable<Uint8Array>,
  bytesMax: number,
): AsyncGenerator<ByteLine, void, undefined> {
  let held: Uint8Array[] = [];
  let heldBytes = 0;
  let number = 1;
  const take = (part: Uint8Array): void => {
    heldBytes += part.length;
    if (heldBytes > bytesMax) throw usageError(`line ${number} is longer than ${bytesMax} bytes`);
    if (part.length > 0) held.push(part);
  };
  for await (const piece of pieces) {
    let start = 0;
    for (let end = piece.indexOf(LINE_END); end !== -1; end = piece.indexOf(LINE_END, start)) {
      take(piece.subarray(start, end));
      yield { bytes: Buffer.concat(held), number };
      number++;
      held = [];
      heldBytes = 0;
      start = end + 1;
    }
    take(piece.subarray(start));
  }
  if (heldBytes > 0) yield { bytes: Buffer.concat(held), number };
}
