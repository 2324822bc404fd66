/**
 * Why a data directory cannot be used:
 *
 *   missing, unreadable  no such directory; the system refuses access
 *   empty                nothing in it, or an `init` that did not finish
 *   not_empty            `init` found something in it
 *   not_kvd              it holds something else
 *   in_use               another process has it open
 *   newer_format         written in a format, or with storage options, that this version does not know
 *   damaged              the files are not what LMDB and kvd wrote
 *   amnesia              the identity, a promise or the log itself is lost: this node must not vote again
 */
export type DataDirectoryCode =
  | "missing"
  | "unreadable"
  | "empty"
  | "not_empty"
  | "not_kvd"
  | "in_use"
  | "newer_format"
  | "damaged"
  | "amnesia";

/** The message is one line for the operator: what, why, and what to do. */
export class DataDirectoryError extends Error {
  override readonly name = "DataDirectoryError";
  readonly code: DataDirectoryCode;

  constructor(code: DataDirectoryCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** What an operator does about a node whose log is lost. */
export const REPLACE_NODE_ADVICE =
  "put the right directory back, or have a new node take its place (kvadm member replace): a new disk under its name would vote against its own word";

/** The same when no other node has what is lost. */
export const RESTORE_ADVICE =
  "put the right directory back, or make a new cluster of the last backup with 'kvadm snapshot restore'";

/** Maps an error of the file system about `path`; any other error is passed on as it is. */
export function fileSystemError(path: string, error: unknown): unknown {
  if (!(error instanceof Error && "syscall" in error && "code" in error)) return error;
  const code = String(error.code);
  if (code === "ENOENT") {
    return new DataDirectoryError("missing", `${path} does not exist: make it with 'kvd init'`, {
      cause: error,
    });
  }
  if (code === "ENOTDIR") {
    return notADirectory(path, error);
  }
  return new DataDirectoryError(
    "unreadable",
    `${path} cannot be read (${code}): check its owner, its permissions and the disk`,
    { cause: error },
  );
}

function notADirectory(path: string, cause: unknown): DataDirectoryError {
  const message = `${path} is not a directory: name another data directory`;
  return new DataDirectoryError("not_kvd", message, { cause });
}
