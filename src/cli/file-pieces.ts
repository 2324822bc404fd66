import { createReadStream } from "node:fs";
import { EXIT_CODES } from "./exit-codes.ts";
import { ProgramError } from "./program-error.ts";

/** A file's content in pieces, as it is read; a program error for one that cannot be. */
export async function* filePieces(path: string): AsyncGenerator<Uint8Array, void, undefined> {
  const stream = createReadStream(path);
  let failed: NodeJS.ErrnoException | undefined;
  stream.on("error", (error) => {
    failed = error;
  });
  try {
    for await (const piece of stream) yield piece as Uint8Array;
  } catch (error) {
    if (failed === undefined) throw error;
    throw new ProgramError(`cannot read '${path}': ${failed.code ?? "unreadable"}; name a readable file`, {
      exitCode: EXIT_CODES.local,
      code: "file",
      cause: error,
    });
  }
}
