import t from "tap";
import { keysOf } from "../../src/cli/keys.ts";

t.test("what comes at once is told key by key", async (t) => {
  t.same(keysOf("q"), ["q"]);
  t.same(keysOf("s\x1b[C\x1b[D\x1bOC+ \x03\x1a"), [
    "s",
    "right",
    "left",
    "right",
    "+",
    " ",
    "ctrl-c",
    "ctrl-z",
  ]);
  t.same(keysOf("\x1b[1;5Cq"), ["\x1b[1;5C", "q"], "a key that nobody knows hides none behind it");
  t.same(keysOf("\x1b"), ["\x1b"]);
  t.same(keysOf("ü\n"), ["ü", "\n"]);
  t.same(keysOf(""), []);
});
