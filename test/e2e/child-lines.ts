import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { present } from "../../src/base/assert.ts";
import { REPOSITORY } from "../tidy/source-files.ts";

/** A child whose lines on stdout are waited for, one after another. */
export class ChildLines {
  readonly process: ChildProcess;
  /** Its exit status, or the signal that ended it. */
  readonly ended: Promise<number | string | null>;
  readonly #lines: AsyncIterator<string>;

  /** Runs a script of this repository. */
  constructor(script: string, args: readonly string[], environment: Readonly<Record<string, string>> = {}) {
    this.process = spawn(process.execPath, [join(REPOSITORY, script), ...args], {
      stdio: ["pipe", "pipe", "inherit"],
      env: { ...process.env, ...environment },
    });
    this.ended = new Promise((resolve) => {
      this.process.once("exit", (status, signal) => resolve(status ?? signal));
    });
    const output = present(this.process.stdout ?? undefined, "it is a pipe");
    this.#lines = createInterface({ input: output })[Symbol.asyncIterator]();
  }

  /** The next line that starts so; throws when the child ends before. */
  async until(start: string): Promise<string> {
    for (;;) {
      const { value, done } = await this.#lines.next();
      if (done === true) throw new Error(`the child ended without saying '${start}'`);
      if (value.startsWith(start)) return value;
    }
  }
}
