import t from "tap";
import { ENTER_SCREEN, LEAVE_SCREEN, repainted } from "../../src/cli/screen.ts";
import { shownScreen } from "./shown-screen.ts";

const SIZE = { columns: 10, rows: 5 };
const shown = (...texts: readonly string[]): readonly string[] =>
  shownScreen(`${ENTER_SCREEN}${texts.map((text) => repainted(text, "q quit", SIZE)).join("")}`, SIZE);

t.test("a text takes the place of the one before, whatever that was", async (t) => {
  const texts = [
    "a\n",
    "",
    "first\nsecond\nthird\n",
    "0123456789\n0123456789\n0123456789\n0123456789\n",
    "1\n2\n3\n4\n5\n6\n",
    "\n\nx\n",
    "012345678901234567890123\n",
  ];
  for (const before of texts)
    for (const text of texts) t.same(shown(before, text), shown(text), JSON.stringify([before, text]));
});

t.test("lines go on in the next row, and what has no row is counted", async (t) => {
  t.same(shown("012345678901\nend\n"), ["0123456789", "01", "end", "q quit", ""]);
  t.same(shown("0123456789\n"), ["0123456789", "q quit", "", "", ""], "a full line is one");
  t.same(shown("1\n2\n3\n4\n"), ["1", "2", "3", "4", "q quit"]);
  t.same(shown("1\n2\n3\n4\n5\n"), ["1", "2", "3", "... 2 line", "q quit"]);
});

t.test("neither a row nor the cursor moves what is on the screen", async (t) => {
  const one = repainted("1\n2\n3\n4\n", "0123456789 foot", SIZE);
  t.same(shownScreen(one, SIZE), ["1", "2", "3", "4", "0123456789"]);
  t.same(shownScreen(repainted("text\n", "foot", { columns: 1, rows: 1 }), { columns: 1, rows: 1 }), ["f"]);
  t.notMatch(one, "\x1b[2J", "nothing is cleared first: that is what flickers");
});

t.test("who leaves gets the old screen and the cursor back", async (t) => {
  t.equal(ENTER_SCREEN, "\x1b[?1049h\x1b[?25l");
  t.equal(LEAVE_SCREEN, "\x1b[?25h\x1b[?1049l");
});
