import { spawnSync } from "node:child_process";
import t from "tap";
import { tarOf } from "../../src/cli/tar.ts";

const FILES = [
  { name: "top/README.txt", content: new Uint8Array(Buffer.from("hello\n")) },
  { name: "top/empty", content: new Uint8Array(0) },
  { name: "top/whole-block", content: new Uint8Array(512).fill(65) },
  { name: `top/${"x".repeat(96)}`, content: new Uint8Array(1_000).fill(66) },
];

t.test("an archive is unpacked by tar as it was packed", async (t) => {
  const input = tarOf(FILES, 1_700_000_000_000);
  t.equal(input.length % 512, 0);
  const listed = spawnSync("tar", ["-tf", "-"], { input, encoding: "utf8" });
  t.match(listed, { status: 0, stdout: FILES.map(({ name }) => `${name}\n`).join("") });
  for (const { name, content } of FILES) {
    const { status, stdout } = spawnSync("tar", ["-xOf", "-", name], { input });
    t.equal(status, 0);
    t.strictSame(new Uint8Array(stdout), content, name);
  }
});

t.test("a name that has no place in a header is a fault of the caller", async (t) => {
  for (const name of ["", "x".repeat(101), "a b", "\u00e4"])
    t.throws(() => tarOf([{ name, content: new Uint8Array(0) }], 0), { message: /no name for an archive/ });
});
