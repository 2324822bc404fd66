import { rename, rm, writeFile } from "node:fs/promises";
import { EXIT_CODES } from "./exit-codes.ts";
import { ProgramError } from "./program-error.ts";

/** Only its owner may read it. */
const MODE = 0o600;

/** A file that holds one token, written before anybody else is told of it. */
export interface TokenFile {
  readonly path: string;
  /** The token counts: the file stands under the name that was asked for. */
  keep(): Promise<void>;
  /** The token will never count. */
  discard(): Promise<void>;
}

/** Writes a token to a new file of mode 0600. Throws a ProgramError when there is one already. */
export async function createTokenFile(path: string, token: string): Promise<TokenFile> {
  await write(path, token);
  return { path, keep: async () => undefined, discard: () => rm(path, { force: true }) };
}

/** The same beside a file that may be there, which `keep` replaces: there is always a whole one. */
export async function replaceTokenFile(path: string, token: string): Promise<TokenFile> {
  const fresh = `${path}.new`;
  await write(fresh, token);
  return {
    path: fresh,
    keep: () => rename(fresh, path).catch((error: unknown) => Promise.reject(cannotWrite(path, error))),
    discard: () => rm(fresh, { force: true }),
  };
}

async function write(path: string, token: string): Promise<void> {
  try {
    await writeFile(path, `${token}\n`, { flag: "wx", mode: MODE, flush: true });
  } catch (error) {
    throw cannotWrite(path, error);
  }
}

function cannotWrite(path: string, cause: unknown): ProgramError {
  const errno = (cause as NodeJS.ErrnoException).code ?? "unknown error";
  const exitCode = EXIT_CODES.local;
  return errno === "EEXIST"
    ? new ProgramError(`'${path}' exists already; remove it or name another`, {
        exitCode,
        code: "exists",
        cause,
      })
    : new ProgramError(`cannot write '${path}': ${errno}`, { exitCode, code: "file", cause });
}
