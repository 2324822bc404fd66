import t from "tap";
import { byteLines } from "../../../src/cli/byte-lines.ts";
import { KVCLI } from "../../../src/cli/kvcli.ts";
import type { Program } from "../../../src/cli/program.ts";
import { CapturedTerminal } from "../../../src/cli/script/captured-terminal.ts";
import { Interpreter } from "../../../src/cli/script/interpreter.ts";
import { runScript } from "../../../src/cli/script/script.ts";
import { firstWords } from "../../../src/cli/script/script-words.ts";
import { SharedClients } from "../../../src/cli/shared-clients.ts";
import { FakeTerminal } from "../fake-terminal.ts";

/** A program whose verbs talk to nobody. */
const PROGRAM: Program = {
  ...KVCLI,
  commands: [
    {
      usage: "say [words..]",
      aliases: ["print"],
      describe: "print words",
      positionals: { words: { type: "string", array: true } },
      run: async ({ args, terminal }) => {
        terminal.out(`${args.texts("words").join("|")}\n`);
        return 0;
      },
    },
    { usage: "no", describe: "say no", run: async () => 1 },
    {
      usage: "txn [text]",
      describe: "show what txn is given",
      positionals: { text: { type: "string" } },
      run: async ({ args, terminal }) => {
        terminal.out(`${JSON.stringify(args.text("text"))}\n`);
        return 0;
      },
    },
    {
      usage: "hang",
      describe: "wait for Ctrl-C",
      run: async ({ session }) =>
        new Promise((resolve) => session?.interrupt.addEventListener("abort", () => resolve(130))),
    },
    {
      usage: "swallow",
      describe: "read stdin",
      run: async ({ terminal }) => {
        terminal.out(await terminal.readInput());
        return 0;
      },
    },
  ],
};

function started(isInputTaken = true) {
  const base = new FakeTerminal();
  const terminal = new CapturedTerminal(base, { environment: {}, isInputTaken, isQuiet: false });
  const interpreter = new Interpreter({ program: PROGRAM, terminal, clients: new SharedClients() });
  return { base, interpreter };
}

async function script(text: string, options: { keepGoing?: boolean; echo?: boolean } = {}) {
  const { base, interpreter } = started();
  async function* pieces(): AsyncGenerator<Uint8Array> {
    yield Buffer.from(text);
  }
  const status = await runScript(interpreter, byteLines(pieces(), 10_000), {
    say: (line) => base.err(`${line}\n`),
    keepGoing: options.keepGoing === true,
    echo: options.echo === true,
  }).catch((error: Error) => error.message);
  return { status, stdout: base.stdout, stderr: base.stderr };
}

t.test("a line is words for the program, with any bytes in them", async (t) => {
  const { base, interpreter } = started();
  t.equal(await interpreter.run("say 'a b' \"c\\n\" -- --flag"), 0);
  t.equal(base.stdout, "a b|c\n|--flag\n");
  t.equal(await interpreter.run("  # nothing"), 0);
  t.equal(await interpreter.run("sya x"), 2);
  t.match(base.stderr, /unknown command 'sya'; did you mean say\?/);
  t.equal(await interpreter.run("say 'x"), 2);
});

t.test("a script stops at the first line that fails, with its status and its number", async (t) => {
  t.strictSame(await script("say 1\n\nno\nsay 2\n"), {
    status: 1,
    stdout: "1\n",
    stderr: "line 3 ended with status 1: no\n",
  });
  t.match(await script("say 1\nno\nsay 'x\nsay 2\n", { keepGoing: true }), { status: 1, stdout: "1\n2\n" });
  t.equal((await script("say 1\n", { echo: true })).stderr, "+ say 1\n");
  t.match(await script("multi\nput a 1\n"), { status: /between multi and exec/ });
  t.match(await script("say \ud800\n"), { status: 0 });
});

t.test("expect compares what was printed, exactly", async (t) => {
  t.match(await script("say a\nexpect a\nsay ''\nexpect ''\n"), { status: 0 });
  t.match(await script("say a\nexpect b\n"), { status: 1, stderr: /expected 'b', and .* printed 'a\\x0a'/ });
  t.match(await script("say a b\nexpect a b\n"), { status: 2 });
  t.match(await script("say a\nno\nexpect a\n", { keepGoing: true }), { status: 1, stderr: /printed ''/ });
});

t.test("a number repeats a command until it fails", async (t) => {
  t.strictSame(await script("3 say x\n"), { status: 0, stdout: "x\nx\nx\n", stderr: "" });
  t.match(await script("3 no\n"), { status: 1 });
  t.match(await script("0 say x\n"), { status: 2, stdout: "" });
});

t.test("multi gathers lines for one txn, and refuses a mistyped one alone", async (t) => {
  const { base, interpreter } = started();
  t.equal(await interpreter.run("multi rev(a)=5 && absent(b)"), 0);
  t.ok(interpreter.isInTxn);
  t.equal(await interpreter.run("put a 1"), 0);
  t.equal(await interpreter.run("putt a 1"), 2);
  t.equal(await interpreter.run("else"), 0);
  t.equal(await interpreter.run("get a"), 0);
  t.equal(await interpreter.run("exec"), 0);
  t.equal(base.stdout, `${JSON.stringify("if rev(a)=5 && absent(b) then\nput a 1\nelse\nget a")}\n`);
  t.notOk(interpreter.isInTxn);
  await interpreter.run("multi");
  await interpreter.run("put a 1");
  t.equal(await interpreter.run("discard"), 0);
  t.equal(await interpreter.run("exec"), 2, "nothing is gathered");
  t.equal(await interpreter.run("multi nonsense"), 2);
  t.notOk(interpreter.isInTxn);
});

t.test("comments are no part of what multi gathers", async (t) => {
  const { base, interpreter } = started();
  for (const line of [
    "multi absent(b)  # if",
    "# a line",
    "put a '#1' # put",
    "else # not",
    "get a",
    "exec # it",
  ])
    t.equal(await interpreter.run(line), 0, line);
  t.equal(base.stdout, `${JSON.stringify("if absent(b) then\n\nput a '#1'\nelse\nget a")}\n`);
});

t.test("an interrupt ends the line, and not those that follow", async (t) => {
  const { interpreter } = started();
  for (const line of ["hang", "wait 1h", "1000 hang"]) {
    const running = interpreter.run(line);
    interpreter.interrupt();
    t.equal(await running, 130, line);
  }
  t.equal(await interpreter.run("say x"), 0);
});

t.test("no command reads the stdin that the commands come from", async (t) => {
  t.match(await script("swallow\n"), { status: 2, stderr: /come from stdin/ });
  const { base, interpreter } = started(false);
  base.stdin = "free";
  t.equal(await interpreter.run("swallow"), 0);
  t.equal(base.stdout, "free");
});

t.test("all first words are known, aliases too", async (t) => {
  const words = firstWords(PROGRAM.commands);
  for (const word of ["say", "print", "multi", "expect", "help"]) t.ok(words.includes(word), word);
});
