import { readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { join } from "node:path";
import { DataDirectoryError, fileSystemError } from "./data-directory-error.ts";

const LOCK_FILE = "lock";

/** Whose lock file it is: a process id alone is used again, after a reboot at the latest. */
interface Holder {
  readonly bootId: string;
  readonly pid: string;
  /** In clock ticks since the boot. */
  readonly startTime: string;
}

/**
 * One process per data directory: LMDB itself lets several write. The abstract socket, named by the
 * directory's device and inode, is freed by the kernel with the process, but is seen in its network
 * namespace only; the file is seen everywhere. Both must be free.
 */
export class DirectoryLock {
  readonly #server: Server;
  /** Undefined when it was taken without writing anything. */
  readonly #file: string | undefined;

  private constructor(server: Server, file: string | undefined) {
    this.#server = server;
    this.#file = file;
  }

  /** Rejects with DataDirectoryError `in_use`, or with what the file system says. */
  static async take(directory: string): Promise<DirectoryLock> {
    const server = await listen(directory);
    try {
      const file = join(directory, LOCK_FILE);
      takeFile(directory, file);
      return new DirectoryLock(server, file);
    } catch (error) {
      server.close();
      throw error;
    }
  }

  /**
   * For whoever only reads: nothing is written, so a process that starts meanwhile in another network namespace is
   * not kept out. Rejects like `take`.
   */
  static async takeForReading(directory: string): Promise<DirectoryLock> {
    const server = await listen(directory);
    try {
      refuseHeld(directory, join(directory, LOCK_FILE));
      return new DirectoryLock(server, undefined);
    } catch (error) {
      server.close();
      throw error;
    }
  }

  async release(): Promise<void> {
    if (this.#file !== undefined) rmSync(this.#file, { force: true });
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }
}

function listen(directory: string): Promise<Server> {
  const { dev, ino } = statSync(directory);
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      reject(
        error.code === "EADDRINUSE" ? inUse(directory, "another process") : fileSystemError(directory, error),
      );
    });
    // The leading zero byte makes it an abstract socket: no file is left behind.
    server.listen({ path: `\0kvd-data-${dev}-${ino}` }, () => {
      server.unref();
      resolve(server);
    });
  });
}

function refuseHeld(directory: string, file: string): void {
  const holder = readHolder(file);
  if (holder !== undefined && isRunning(holder)) throw inUse(directory, `process ${holder.pid}`);
}

function takeFile(directory: string, file: string): void {
  refuseHeld(directory, file);
  const own = ownHolder();
  try {
    rmSync(file, { force: true });
    writeFileSync(file, `${own.bootId} ${own.pid} ${own.startTime}\n`, { flag: "wx", mode: 0o600 });
  } catch (error) {
    throw fileSystemError(file, error);
  }
}

/** Undefined when there is no lock file, or no sense in it: then the socket alone decides. */
function readHolder(file: string): Holder | undefined {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
  const [bootId, pid, startTime] = text.trim().split(" ");
  if (bootId === undefined || pid === undefined || startTime === undefined) return undefined;
  return /^[0-9]+$/.test(pid) ? { bootId, pid, startTime } : undefined;
}

function isRunning(holder: Holder): boolean {
  return holder.bootId === bootId() && startTimeOf(holder.pid) === holder.startTime;
}

function ownHolder(): Holder {
  const stat = readFileSync("/proc/self/stat", "utf8");
  return { bootId: bootId(), pid: stat.slice(0, stat.indexOf(" ")), startTime: parseStartTime(stat) };
}

function bootId(): string {
  return readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
}

/** Undefined for a process that is gone: one that only waits to be reaped holds no file any more. */
function startTimeOf(pid: string): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const state = stat.charAt(stat.lastIndexOf(")") + 2);
    return state === "Z" || state === "X" ? undefined : parseStartTime(stat);
  } catch {
    return undefined;
  }
}

/** Field 22 of proc(5)'s stat; the second one, the command, may hold spaces and parentheses. */
function parseStartTime(stat: string): string {
  const afterCommand = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return afterCommand[19] ?? "";
}

function inUse(directory: string, by: string): DataDirectoryError {
  const message = `${directory} is in use by ${by}: stop that one first, or name another data directory`;
  return new DataDirectoryError("in_use", message);
}
