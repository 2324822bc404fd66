import t from "tap";
import { failure, KvdError } from "../../src/base/errors.ts";
import type { Run } from "../../src/cli/command.ts";
import { KVADM } from "../../src/cli/kvadm.ts";
import { KVCLI } from "../../src/cli/kvcli.ts";
import { KVD } from "../../src/cli/kvd.ts";
import { KVLAB } from "../../src/cli/kvlab.ts";
import type { Program } from "../../src/cli/program.ts";
import { runProgram } from "../../src/cli/program.ts";
import { FakeTerminal } from "./fake-terminal.ts";

async function run(program: Program, ...argv: string[]) {
  const terminal = new FakeTerminal();
  const status = await runProgram(program, argv, terminal);
  return { status, stdout: terminal.stdout, stderr: terminal.stderr };
}

/** kvcli with a `put` that only remembers its words, or fails. */
function programWith(act: (run: Run) => void): Program {
  const command = KVCLI.commands.find(({ usage }) => usage.startsWith("put"));
  if (command === undefined) throw new Error("there is no put");
  return {
    ...KVCLI,
    commands: [
      {
        ...command,
        run: async (run) => {
          act(run);
          return 0;
        },
      },
    ],
  };
}

t.test("an unknown option is a usage error that names the nearest one", async (t) => {
  const { status, stderr, stdout } = await run(KVCLI, "get", "a", "--timout", "3s");
  t.equal(status, 2);
  t.equal(stderr, "kvcli: unknown option --timout; did you mean --timeout?\n");
  t.equal(stdout, "");
});

t.test("an option of another verb is not said to be unknown, nor suggested", async (t) => {
  const { status, stderr } = await run(KVCLI, "mget", "a", "b", "--rev", "2");
  t.equal(status, 2);
  t.equal(stderr, "kvcli: the option --rev does not go with this verb; see kvcli mget --help\n");
});

t.test("an unknown command names the nearest one, in groups too", async (t) => {
  t.match((await run(KVCLI, "gte", "a")).stderr, /did you mean get\?/);
  t.match((await run(KVADM, "dev", "pu")).stderr, /did you mean up\?/);
  t.equal(
    (await run(KVADM, "dev", "pase", "n1")).stderr,
    "kvadm: unknown command 'pase'; did you mean pause?\n",
  );
  t.match((await run(KVADM, "dev", "ls", "x")).stderr, /'x' is one argument too many/);
  t.equal((await run(KVADM, "leadr")).status, 2);
});

t.test("an option that needs a value and has none is a usage error that names it", async (t) => {
  const lines = [
    { program: KVLAB, argv: ["run", "--seeds", "1", "--without"], option: "--without", help: "run " },
    { program: KVLAB, argv: ["replay", "3", "--trace"], option: "--trace", help: "replay " },
    { program: KVLAB, argv: ["replay", "3", "--trace", "--from", "1"], option: "--trace", help: "replay " },
    { program: KVLAB, argv: ["chi", "a.chi", "-o"], option: "-o", help: "chi " },
    { program: KVADM, argv: ["failover", "--to"], option: "--to", help: "failover " },
    { program: KVADM, argv: ["dev", "up", "--dir"], option: "--dir", help: "dev " },
    { program: KVCLI, argv: ["get", "a", "-E", "-q"], option: "-E", help: "get " },
    { program: KVCLI, argv: ["put", "a", "1", "--if-value"], option: "--if-value", help: "put " },
  ];
  for (const { program, argv, option, help } of lines) {
    const { status, stderr } = await run(program, ...argv);
    t.equal(status, 2, argv.join(" "));
    t.equal(stderr, `${program.name}: ${option} needs a value; see ${program.name} ${help}--help\n`);
  }
});

t.test("a value that is empty, a lone dash or a negative number is a value", async (t) => {
  const seen: (string | undefined)[] = [];
  const program = programWith(({ args }) => seen.push(args.optionalText("if-value")));
  for (const value of ["", "-", "-1", "a b"]) await run(program, "put", "a", "1", "--if-value", value);
  await run(program, "put", "a", "1", "--if-value=-x");
  await run(program, "put", "a", "1", "--if-value=");
  t.same(seen, ["", "-", "-1", "a b", "-x", ""]);
});

t.test("missing and superfluous arguments are usage errors on one line", async (t) => {
  for (const argv of [["put", "a"], ["get"], ["get", "a", "b"], ["del"], ["get", "a", "-o", "xml"]]) {
    const { status, stderr } = await run(KVCLI, ...argv);
    t.equal(status, 2, argv.join(" "));
    t.match(stderr, /^kvcli: [^\n]+\n$/);
  }
});

t.test("a command line without a command names the help once", async (t) => {
  t.equal((await run(KVADM)).stderr, "kvadm: a command is missing; see kvadm --help\n");
  t.equal((await run(KVCLI)).status, 0, "an empty script on stdin");
  t.equal((await run(KVADM, "dev")).stderr, "kvadm: dev: a verb is missing; see kvadm dev --help\n");
});

t.test("a group and each of its verbs have examples", async (t) => {
  const group = KVADM.commands.find(({ usage }) => usage === "dev");
  const verbs = (group?.commands ?? []).map(({ usage }) => usage.split(" ", 1)[0] ?? "");
  t.equal(verbs.length, 8);
  for (const argv of [["dev"], ...verbs.map((verb) => ["dev", verb])])
    t.match((await run(KVADM, ...argv, "--help")).stdout, /Examples:\n +\S/, argv.join(" "));
});

t.test("help has examples, the exit codes are a topic of their own", async (t) => {
  for (const argv of [
    ["put", "--help"],
    ["put", "-h"],
    ["help", "put"],
  ]) {
    const { status, stdout, stderr } = await run(KVCLI, ...argv);
    t.equal(status, 0);
    t.match(stdout, /Examples:/);
    t.equal(stderr, "");
  }
  for (const program of [KVCLI, KVADM, KVD])
    t.match((await run(program, "help", "exit-codes")).stdout, /^CODE/);
});

t.test("help on a command that there is not is refused as the command itself is", async (t) => {
  for (const program of [KVCLI, KVADM, KVD, KVLAB]) {
    const { status, stdout, stderr } = await run(program, "help", "xyzzy");
    t.match({ status, stdout }, { status: 2, stdout: "" }, program.name);
    t.equal(stderr, `${program.name}: unknown command 'xyzzy'; see ${program.name} --help\n`);
    t.equal((await run(program, "help")).status, 0);
  }
  t.match((await run(KVCLI, "help", "gte")).stderr, /unknown command 'gte'; did you mean get\?/);
  t.match((await run(KVADM, "help", "dev", "pase")).stderr, /unknown command 'pase'; did you mean pause\?/);
  t.match(await run(KVADM, "help", "dev", "pause"), { status: 0, stdout: /Examples:/ });
});

t.test("every word reaches the command as it was typed", async (t) => {
  const seen: string[] = [];
  const program = programWith(({ args }) => void seen.push(args.text("key"), args.text("value")));
  await run(program, "put", "k", "-1");
  await run(program, "put", "0012", "1e3");
  await run(program, "put", "k", "-");
  await run(program, "put", "k", "");
  await run(program, "put", "--", "-k", "--value=x");
  await run(program, "set", "a.b", "true");
  t.same(seen, ["k", "-1", "0012", "1e3", "k", "-", "k", "", "-k", "--value=x", "a.b", "true"]);
});

t.test("an unknown outcome is status 4 and says how to repeat the command safely", async (t) => {
  const id = `${"ab".repeat(16)}:7:1234`;
  const program = programWith(() => {
    throw new KvdError(failure("timeout", "unknown", "no answer within 1000 ms"), id);
  });
  const { status, stderr } = await run(program, "put", "my key", "it's", "--request-id", "old");
  t.equal(status, 4);
  t.equal(
    stderr,
    "kvcli: outcome unknown: no answer within 1000 ms; retry safely with: " +
      `kvcli put 'my key' 'it'\\''s' --request-id ${id}\n`,
  );
  const dashed = await run(program, "put", "--", "k", "--v");
  t.match(dashed.stderr, `kvcli put --request-id ${id} -- k --v`);
});

t.test("a repetition is advised only where it can succeed", async (t) => {
  const program = programWith(() => {
    throw new KvdError(failure("expired", "unknown", "the deadline passed"), `${"ab".repeat(16)}:7:1234`);
  });
  const { status, stderr } = await run(program, "put", "k", "v");
  t.equal(status, 4);
  t.equal(stderr, "kvcli: outcome unknown: the deadline passed; read the key to see what became of it\n");
});

t.test("a key or value that the command line has mutilated is refused before anything is sent", async (t) => {
  for (const argv of [
    ["get", "a\ufffd"],
    ["put", "a\ufffd", "b"],
    ["put", "a", "b\ufffd"],
    ["del", "a", "b\ufffd"],
    ["ls", "\ufffd"],
  ]) {
    const { status, stderr } = await run(KVCLI, ...argv, "--timeout", "1ms");
    t.equal(status, 2, argv.join(" "));
    t.match(stderr, argv[2] === "b\ufffd" && argv[0] === "put" ? /@FILE, or by -/ : /-k escaped/);
  }
});

t.test("failures map to the exit codes of the table", async (t) => {
  const cases = [
    ["no_leader", 3],
    ["unavailable", 3],
    ["overloaded", 3],
    ["too_large", 5],
    ["no_space", 5],
    ["expired", 5],
  ] as const;
  for (const [code, expected] of cases) {
    const program = programWith(() => {
      throw new KvdError(failure(code, "not_applied", "why"));
    });
    t.equal((await run(program, "put", "a", "b")).status, expected, code);
  }
});

t.test("with -o json an error is an object on stderr", async (t) => {
  const program = programWith(() => {
    throw new KvdError(failure("no_leader", "not_applied", "nobody leads"), "x:1:2");
  });
  const { status, stderr } = await run(program, "put", "a", "b", "-o", "json");
  t.equal(status, 3);
  t.same(JSON.parse(stderr), {
    error: {
      code: "no_leader",
      message: "nobody leads",
      outcome: "not_applied",
      retryable: true,
      request_id: "x:1:2",
    },
  });
});

t.test("whatever goes wrong, no stack trace reaches the terminal", async (t) => {
  const program = programWith(() => {
    throw new TypeError("x is not a function");
  });
  const { status, stderr } = await run(program, "put", "a", "b");
  t.equal(status, 9);
  t.equal(stderr, "kvcli: x is not a function\n");
});
