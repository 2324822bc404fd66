import { connect } from "node:net";

/** What came back over a connection until it was closed, or nothing came for a while. */
export interface RawAnswer {
  /** Of the first answer; 0 when there was none. */
  readonly status: number;
  /** Everything, heads included. */
  readonly text: string;
}

const QUIET_MS = 20_000;

/**
 * Sends the bytes as they are to `http://HOST:PORT`, and gives back what comes until `answers` whole answers
 * are there or the connection ends.
 */
export function sendRaw(url: string, bytes: string | Uint8Array, answers = 1): Promise<RawAnswer> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    let text = "";
    const socket = connect({ host: hostname, port: Number(port) }, () => socket.write(bytes));
    const end = (): void => {
      socket.destroy();
      resolve({ status: Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? 0), text });
    };
    socket.setTimeout(QUIET_MS, end);
    socket.on("data", (part: Buffer) => {
      text += part.toString("latin1");
      if (wholeAnswers(text) >= answers) end();
    });
    socket.on("end", end);
    socket.on("error", (error) => (text === "" ? reject(error) : end()));
  });
}

/** How many whole answers the text starts with, all of which say how long they are. */
function wholeAnswers(text: string): number {
  let count = 0;
  for (let rest = text; ; count++) {
    const head = rest.indexOf("\r\n\r\n");
    if (head === -1) return count;
    const length = Number(/^content-length: (\d+)/im.exec(rest.slice(0, head))?.[1] ?? 0);
    const end = head + 4 + length;
    if (rest.length < end) return count;
    rest = rest.slice(end);
  }
}
