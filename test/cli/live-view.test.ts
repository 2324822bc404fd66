import t from "tap";
import { failure, KvdError } from "../../src/base/errors.ts";
import { canShowLive, type LiveSubject, showLive } from "../../src/cli/live-view.ts";
import { FakeTerminal } from "./fake-terminal.ts";
import { shownScreen } from "./shown-screen.ts";

const NEVER_MS = 2 ** 30;
// Of other events the test runner has listeners that come and go.
const HEARD = ["SIGTSTP", "SIGWINCH", "uncaughtExceptionMonitor"];
const heard = (): number => HEARD.reduce((sum, event) => sum + process.listenerCount(event), 0);

/** Somebody who looks at a number that grows with each look, and what `look` does with it. */
function looked(look: (looks: number) => Promise<void> = async () => undefined, periodMs = NEVER_MS) {
  const terminal = new FakeTerminal({}, { isLive: true });
  let looks = 0;
  let told = "";
  const subject: LiveSubject = {
    look: () => look(++looks),
    text: (columns) => `look ${looks} at ${columns} columns${told}\n`,
    periodMs,
    keys: "x cross",
    onKey: (key) => {
      told += ` ${key}`;
    },
  };
  const atFirst = heard();
  const running = showLive(terminal, subject);
  const rows = (): readonly string[] => shownScreen(terminal.stdout, terminal.size);
  const turn = async (): Promise<void> => {
    for (let step = 0; step < 20; step++) await Promise.resolve();
  };
  /** What is left of it when it has ended. */
  const left = () => ({ isRaw: terminal.isRaw, heard: heard() - atFirst, screen: rows().join("") });
  return { terminal, running, rows, turn, left, looks: () => looks };
}

const GONE = { isRaw: false, heard: 0, screen: "" };

t.test("what was found is shown at once, its keys below it, until q", async (t) => {
  const { terminal, running, rows, turn, left } = looked();
  await turn();
  t.same(rows().slice(0, 3), ["look 1 at 80 columns", "q quit  p pause  x cross", ""]);
  t.ok(terminal.isRaw);
  terminal.press("x");
  t.equal(rows()[0], "look 1 at 80 columns x", "its own keys are its own business");
  terminal.press("q");
  t.equal(await running, 0);
  t.same(left(), GONE);
});

t.test("without a keyboard it is shown all the same, and ends with a signal", async (t) => {
  const { terminal, running, rows, turn } = looked();
  terminal.isInputTty = false;
  await turn();
  t.notOk(terminal.isRaw);
  t.same(rows().slice(0, 2), ["look 1 at 80 columns", "Ctrl-C ends it"]);
  process.emit("SIGTERM", "SIGTERM");
  t.equal(await running, 143);
});

t.test("it is looked at again and again, but not in a pause", async (t) => {
  const { terminal, running, rows, turn, looks } = looked(undefined, 1);
  while (looks() < 3) await new Promise((resolve) => setTimeout(resolve, 1));
  await turn();
  terminal.press("p");
  const inPause = looks();
  t.match(rows()[1], /^PAUSED {2}q quit/);
  await new Promise((resolve) => setTimeout(resolve, 20));
  t.equal(looks(), inPause);
  terminal.press(" ");
  t.equal(looks(), inPause, "a key waits for nothing");
  while (looks() < inPause + 2) await new Promise((resolve) => setTimeout(resolve, 1));
  t.match(rows()[1], /^q quit/);
  terminal.press("q");
  t.equal(await running, 0);
});

t.test("nobody who quits waits for what does not answer", async (t) => {
  const hang = (looks: number) => (looks === 1 ? Promise.resolve() : new Promise<void>(() => undefined));
  const { terminal, running, looks, left } = looked(hang, 1);
  while (looks() < 2) await new Promise((resolve) => setTimeout(resolve, 1));
  terminal.press("q");
  t.equal(await running, 0);
  t.same(left(), GONE);
});

t.test("Ctrl-C and signals end it with their status, and leave the terminal as it was", async (t) => {
  const pressed = looked();
  await pressed.turn();
  pressed.terminal.press("ctrl-c");
  t.equal(await pressed.running, 130);
  t.same(pressed.left(), GONE);
  for (const [signal, status] of [
    ["SIGTERM", 143],
    ["SIGHUP", 129],
  ] as const) {
    const { running, turn, left } = looked();
    await turn();
    process.emit(signal, signal);
    t.equal(await running, status);
    t.same(left(), GONE);
  }
});

const unanswered = new KvdError(failure("timeout", "not_applied", "no answer within 5 s"));

t.test("a first look that fails ends it, a later one is told above what was seen last", async (t) => {
  const atOnce = looked(() => Promise.reject(unanswered));
  await t.rejects(atOnce.running, { message: "no answer within 5 s" });
  t.equal(atOnce.terminal.stdout, "", "the screen is as it was");
  const { terminal, running, rows, looks } = looked(
    (looks) => (looks === 2 || looks === 3 ? Promise.reject(unanswered) : Promise.resolve()),
    1,
  );
  while (!rows()[0]?.startsWith("no answer")) await new Promise((resolve) => setTimeout(resolve, 1));
  t.match(rows().slice(0, 3), ["no answer within 5 s", "", /^look [23] at/]);
  while (looks() < 4 || rows()[0]?.startsWith("no answer"))
    await new Promise((resolve) => setTimeout(resolve, 1));
  terminal.press("q");
  t.equal(await running, 0);
});

t.test("an error that nobody expects leaves the terminal as it was, too", async (t) => {
  const broken = (looks: number) => (looks < 2 ? Promise.resolve() : Promise.reject(new Error("broken")));
  const { running, left } = looked(broken, 1);
  await t.rejects(running, { message: "broken" });
  t.same(left(), GONE);
});

t.test("a screen of another size is painted anew", async (t) => {
  const { terminal, running, rows, turn } = looked();
  await turn();
  terminal.size = { columns: 12, rows: 6 };
  terminal.stdout = "";
  process.emit("SIGWINCH", "SIGWINCH");
  t.same(rows(), ["look 1 at 12", " columns", "q quit  p pa", "", "", ""]);
  terminal.press("q");
  await running;
});

t.test("only a terminal that can move its cursor is painted on", async (t) => {
  t.ok(canShowLive(new FakeTerminal({ TERM: "xterm" }, { isLive: true })));
  t.notOk(canShowLive(new FakeTerminal({ TERM: "dumb" }, { isLive: true })));
  t.notOk(canShowLive(new FakeTerminal({ TERM: "xterm" })));
});
