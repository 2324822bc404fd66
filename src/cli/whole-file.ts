import { existsSync } from "node:fs";
import { type FileHandle, open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { EXIT_CODES } from "./exit-codes.ts";
import { ProgramError } from "./program-error.ts";

/** Readable by its owner alone: it may hold everything. */
const MODE = 0o600;

/**
 * A file that has its name only once it is whole and on disk. Until then it lies beside it, as `NAME.PROCESS.part`,
 * and goes away with `abandon`. Everything rejects with a program error.
 */
export class WholeFile {
  readonly #path: string;
  readonly #partPath: string;
  readonly #mayReplace: boolean;
  readonly #part: FileHandle;

  private constructor(path: string, mayReplace: boolean, part: FileHandle) {
    this.#path = path;
    this.#partPath = partPathOf(path);
    this.#mayReplace = mayReplace;
    this.#part = part;
  }

  static async create(path: string, mayReplace: boolean): Promise<WholeFile> {
    if (!mayReplace) refuseExisting(path);
    const part = await local(path, () => open(partPathOf(path), "wx", MODE));
    return new WholeFile(path, mayReplace, part);
  }

  async write(bytes: Uint8Array): Promise<void> {
    await local(this.#path, () => this.#part.writeFile(bytes));
  }

  async finish(): Promise<void> {
    await local(this.#path, async () => {
      await this.#part.sync();
      await this.#part.close();
    });
    if (!this.#mayReplace) refuseExisting(this.#path);
    await local(this.#path, async () => {
      await rename(this.#partPath, this.#path);
      const directory = await open(dirname(this.#path), "r");
      await directory.sync();
      await directory.close();
    });
  }

  /** Also after `finish`, of which nothing is taken back. */
  async abandon(): Promise<void> {
    await this.#part.close();
    await rm(this.#partPath, { force: true });
  }
}

function partPathOf(path: string): string {
  return `${path}.${process.pid}.part`;
}

/** Throws when there is something that only `--force` replaces: what takes long asks this first. */
export function refuseExisting(path: string): void {
  if (!existsSync(path)) return;
  const message = `'${path}' is there already: name another file, or replace it with --force`;
  throw new ProgramError(message, { exitCode: EXIT_CODES.local, code: "file_exists" });
}

/** A file could not be written: rejects with a program error that says so of `path`. */
export async function local<T>(path: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? "unwritable";
    throw new ProgramError(
      `cannot write '${path}': ${reason}; name a place with room that you may write to`,
      {
        exitCode: EXIT_CODES.local,
        code: "file",
        cause: error,
      },
    );
  }
}
