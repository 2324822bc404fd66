import fc from "fast-check";
import t from "tap";
import { byteLines } from "../../src/cli/byte-lines.ts";

async function linesOf(pieces: readonly Uint8Array[], bytesMax = 1_000): Promise<readonly string[]> {
  async function* stream(): AsyncGenerator<Uint8Array> {
    yield* pieces;
  }
  const lines: string[] = [];
  for await (const { bytes, number } of byteLines(stream(), bytesMax))
    lines.push(`${number}:${Buffer.from(bytes).toString("latin1")}`);
  return lines;
}

t.test("lines are the same however the stream is cut", async () => {
  const cut = fc.array(fc.uint8Array({ maxLength: 9 }), { maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(cut, async (pieces) => {
      const spiced = pieces.map((piece) => piece.map((byte) => (byte < 64 ? 10 : byte)));
      const text = Buffer.concat(spiced).toString("latin1");
      const wanted = text.split("\n").map((line, index) => `${index + 1}:${line}`);
      if (text === "" || text.endsWith("\n")) wanted.pop();
      return JSON.stringify(await linesOf(spiced)) === JSON.stringify(wanted);
    }),
  );
});

t.test("a line above the bound is named, and not gathered", async (t) => {
  const long = [Buffer.from("ab\n"), Buffer.alloc(6, 99), Buffer.alloc(6, 99)];
  await t.rejects(linesOf(long, 10), /line 2 is longer than 10 bytes/);
});
