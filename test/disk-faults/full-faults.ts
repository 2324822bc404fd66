import { execFileSync } from "node:child_process";
import { closeSync, mkdirSync, openSync, rmSync, statfsSync, writeSync } from "node:fs";
import { join } from "node:path";
import { KvdError } from "../../src/base/errors.ts";
import { type Bench, lastLine } from "./bench.ts";
import { Deviation, type Fault } from "./fault.ts";

const MIB = 2 ** 20;
const DISK = "160m";
const RESERVE = "32MiB";
/** Left free: less than the reserve, and more than the quarter of it below which nothing is accepted. */
const LOW_BYTES = 20 * MIB;
const WRITES = 20;

/** A small disk of its own, mounted for one member; it takes the right to mount. */
export const FULL_FAULTS: readonly Fault[] = [
  {
    name: "a disk that is nearly full, then freed",
    promised: "alarm, no_space, reads and deletes go on; ends by itself",
    run: (bench) =>
      onSmallDisk(bench, async ({ name, ballast }) => {
        await bench.handOverTo(name);
        ballast.fill(LOW_BYTES);
        await bench.until("the alarm", async () => /are free on the disk/.test(await alarmsOf(bench, name)));
        const refused = await bench.client
          .put("full/new", "1", { timeoutMs: 5000 })
          .catch((error: unknown) => error);
        const code = refused instanceof KvdError ? refused.failure.code : "it was taken";
        if (code !== "no_space") throw new Deviation(`a put: ${code}`);
        await bench.client.delete("full/none", { timeoutMs: 60_000 });
        await bench.client.get("base/0000", { timeoutMs: 60_000 });
        ballast.free();
        await bench.until("the alarm ends", async () => (await alarmsOf(bench, name)) === "");
        await bench.load.further(WRITES);
        return `alarm, no_space, deleted, read; ended by itself; ${await bench.returns(name)}`;
      }),
  },
  {
    name: "a full disk, then freed",
    promised: "goes on or ends with why, the others go on; after it equal",
    run: (bench) =>
      onSmallDisk(bench, async ({ name, start, ballast }) => {
        ballast.fill(0);
        await bench.load.further(10 * WRITES);
        const daemon = bench.daemon(name);
        const said = lastLine(daemon.text);
        if (!daemon.isRunning && !/ fatal /.test(said))
          throw new Deviation(`it ended and does not say why: ${said}`);
        const seen = daemon.isRunning ? `goes on: ${await alarmsOf(bench, name)}` : said;
        await bench.kill(name);
        const again = start();
        const ending = await again.endingWithin(5000);
        const second = ending === undefined ? "starts" : lastLine(ending.text);
        ballast.free();
        await bench.kill(name);
        start();
        return `${seen.slice(0, 90)}; started again while full: ${second.slice(0, 90)}; ${await bench.returns(name)}`;
      }),
  },
];

interface SmallDisk {
  readonly name: string;
  readonly start: () => ReturnType<Bench["start"]>;
  readonly ballast: Ballast;
}

/** Has a follower live on a small disk while `use` runs. */
async function onSmallDisk(bench: Bench, use: (disk: SmallDisk) => Promise<string>): Promise<string> {
  const mount = join(bench.directory, "small-disk");
  mkdirSync(mount, { recursive: true });
  execFileSync("mount", ["-t", "tmpfs", "-o", `size=${DISK}`, "tmpfs", mount]);
  const { name, dir } = await bench.victim();
  const data = join(mount, "data");
  const ballast = new Ballast(mount);
  const start = () => bench.start(name, { dir: data, extra: ["--disk-reserve", RESERVE] });
  try {
    bench.copy(dir, data);
    start();
    await bench.returns(name);
    const seen = await use({ name, start, ballast });
    await bench.stop(name);
    bench.copy(data, dir);
    bench.start(name);
    await bench.returns(name);
    return seen;
  } finally {
    if (bench.daemon(name).dir === data) await bench.kill(name);
    execFileSync("umount", [mount]);
  }
}

/** What else lies on the disk. */
class Ballast {
  readonly #mount: string;
  readonly #file: string;

  constructor(mount: string) {
    this.#mount = mount;
    this.#file = join(mount, "ballast");
  }

  /** Until so much is left, or as near as the disk allows. */
  fill(leftBytes: number): void {
    const file = openSync(this.#file, "w");
    const block = new Uint8Array(64 * 1024);
    try {
      while (this.#freeBytes > leftBytes) writeSync(file, block);
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "ENOSPC")) throw error;
    } finally {
      closeSync(file);
    }
  }

  free(): void {
    rmSync(this.#file, { force: true });
  }

  get #freeBytes(): number {
    const { bavail, bsize } = statfsSync(this.#mount);
    return bavail * bsize;
  }
}

async function alarmsOf(bench: Bench, name: string): Promise<string> {
  return (await bench.status(name))?.alarms.join("; ") ?? "it does not answer";
}
