/** What a program sees of the world; tests hand in their own. */
export interface Terminal {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly isOutputTty: boolean;
  /** stdout carries data alone. */
  out(data: string | Uint8Array): void;
  err(text: string): void;
  readInput(): Promise<Uint8Array>;
}

/** The process's own. A reader that went away (`| head`) ends the program quietly. */
export function processTerminal(): Terminal {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      process.exit(error.code === "EPIPE" ? 0 : 9);
    });
  }
  return {
    environment: process.env,
    isOutputTty: process.stdout.isTTY === true,
    out: (data) => void process.stdout.write(data),
    err: (text) => void process.stderr.write(text),
    readInput: async () => {
      const parts: Buffer[] = [];
      for await (const part of process.stdin) parts.push(Buffer.from(part as Uint8Array));
      return Buffer.concat(parts);
    },
  };
}
