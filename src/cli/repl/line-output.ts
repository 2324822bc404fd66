import { Writable } from "node:stream";

/**
 * What the line editor writes to: the process's stdout, unless a command is being run. What is typed or
 * pasted meanwhile is not shown before its turn.
 */
export class LineOutput extends Writable {
  readonly isTTY = true;
  isMuted = false;

  constructor() {
    super({ decodeStrings: true });
    process.stdout.on("resize", () => this.emit("resize"));
  }

  get columns(): number {
    return process.stdout.columns || 80;
  }

  get rows(): number {
    return process.stdout.rows || 24;
  }

  override _write(chunk: Uint8Array, _encoding: BufferEncoding, done: () => void): void {
    if (!this.isMuted) process.stdout.write(chunk);
    done();
  }
}
