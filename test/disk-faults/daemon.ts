import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { REPOSITORY } from "../tidy/source-files.ts";

export interface Ending {
  /** Undefined after a signal. */
  readonly status: number | undefined;
  readonly signal: NodeJS.Signals | undefined;
  /** All that it said. */
  readonly text: string;
}

export interface DaemonOptions {
  readonly dir: string;
  readonly endpoint: string;
  readonly extra?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

/** One `kvd start` as a child, of which everything is seen: its words and how it ended. */
export class Daemon {
  readonly dir: string;
  readonly #child: ChildProcess;
  #text = "";
  #ending: Ending | undefined;
  readonly #ended: Promise<Ending>;

  constructor({ dir, endpoint, extra = [], environment = {} }: DaemonOptions) {
    this.dir = dir;
    const own = ["--data-dir", dir, "--listen", endpoint, "--security", "plain", "--http-listen", "off"];
    const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith("KVD_"));
    this.#child = spawn(process.execPath, [join(REPOSITORY, "bin", "kvd"), "start", ...own, ...extra], {
      stdio: ["ignore", "ignore", "pipe"],
      env: { ...Object.fromEntries(inherited), ...environment },
    });
    this.#child.stderr?.on("data", (chunk) => {
      this.#text += String(chunk);
    });
    this.#ended = new Promise((resolve) => {
      this.#child.on("close", (status, signal) => {
        this.#ending = { status: status ?? undefined, signal: signal ?? undefined, text: this.#text };
        resolve(this.#ending);
      });
    });
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  get text(): string {
    return this.#text;
  }

  get isRunning(): boolean {
    return this.#ending === undefined;
  }

  /** How it ended, or undefined when it still runs after so long. */
  async endingWithin(timeoutMs: number): Promise<Ending | undefined> {
    return Promise.race([this.#ended, sleep(timeoutMs, undefined, { ref: false })]);
  }

  async kill(): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.#ended;
  }

  async stop(): Promise<void> {
    this.#child.kill("SIGTERM");
    if ((await this.endingWithin(20_000)) === undefined) await this.kill();
  }
}
