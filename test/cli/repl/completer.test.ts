import t from "tap";
import { KVADM } from "../../../src/cli/kvadm.ts";
import { KVCLI } from "../../../src/cli/kvcli.ts";
import type { Program } from "../../../src/cli/program.ts";
import { complete } from "../../../src/cli/repl/completer.ts";
import { hintOf } from "../../../src/cli/repl/hint.ts";

const KEYS = ["app/a", "app/b c", "app/\u00e9", "other"].map((key) => Buffer.from(key));

async function completed(line: string, program: Program = KVCLI): Promise<readonly string[]> {
  const found = await complete(program, line, {
    keys: async (prefix) => KEYS.filter((key) => key.subarray(0, prefix.length).equals(Buffer.from(prefix))),
    nodes: async () => ["n1", "n2"],
  });
  for (const candidate of found.candidates)
    t.ok(candidate.startsWith(found.typed), `${candidate} begins with ${found.typed}`);
  return found.candidates;
}

t.test("verbs, aliases, words of scripts and of the prompt are completed", async (t) => {
  t.same(await completed("mp"), ["mput "]);
  t.same(await completed("exp"), ["expect", "export"]);
  t.same(await completed("exi"), ["exit "]);
  t.same(await completed("se"), ["set "]);
  t.same(await completed(":"), [":set "]);
  t.same(await completed("5 inc"), ["incr "]);
  t.same(await completed("nosuch x"), []);
  t.ok((await completed("")).length > 25);
});

t.test("options and their choices are completed, of this command alone", async (t) => {
  t.same(await completed("put k v --if-a"), ["--if-absent "]);
  t.same(await completed("get k --if"), []);
  t.same(await completed("get k --consistency "), ["linearizable", "sequential", "stale"]);
  t.same(await completed("rmw k --op m"), ["max", "min"]);
  t.same(await completed("get k -o j"), ["json", "jsonl"]);
  t.same(await completed("get k --timeout "), [], "anything may stand here");
});

t.test("the members of the cluster are known", async (t) => {
  t.same(await completed("is-leader ", KVADM), ["n1", "n2"]);
  t.same(await completed("failover --to ", KVADM), ["n1", "n2"]);
  t.same(await completed("--output js", KVADM), ["json", "jsonl"], "before the verb, too");
  t.same(await completed("-o json dev pau", KVADM), ["pause "]);
  t.same(await completed("--outp", KVADM), ["--output "]);
  t.same(await completed("dev kill n2", KVADM), ["n2 "]);
});

t.test("groups name their verbs", async (t) => {
  t.ok((await completed("lease ")).includes("grant"));
  t.same(await completed("lease gr"), ["grant "]);
});

t.test("keys are completed by what is typed of them, as the line would have to be typed", async (t) => {
  t.same(await completed("get app/"), ["app/a", "app/b\\ c", "app/\u00e9"]);
  t.same(await completed("get app/b"), ["app/b\\ c "]);
  t.same(await completed("get app/b\\ "), ["app/b\\ c "]);
  t.same(await completed("del app/a o"), ["other "], "each of a list is a key");
  t.same(await completed("put app/a o"), [], "a value is none");
  t.same(await completed("ls o"), ["other "]);
  t.same(await completed("del --prefix o"), ["other "]);
  t.same(await completed("get -k hex o"), [], "typed in digits");
  t.same(await completed('get "app/'), [], "inside of quotes");
  t.same(await completed("get \\y"), []);
});

t.test("hints name the arguments that are still to come", async (t) => {
  const hints: readonly (readonly [string, string])[] = [
    ["pu", ""],
    ["put", " <key> <value>"],
    ["put ", "<key> <value>"],
    ["put a", " <value>"],
    ["put a ", "<value>"],
    ["put a b", ""],
    ["put --ttl 5s a", " <value>"],
    ["put --ttl", ""],
    ["mget", " <keys..>"],
    ["mget a ", "<keys..>"],
    ["mget a b ", "<keys..>"],
    ["5 incr", " <key> [by]"],
    ["expect", " VALUE"],
    ["connect", " HOST:PORT[,...]"],
    ["nosuch", ""],
    ["put 'a", " <value>"],
  ];
  for (const [line, hint] of hints) t.equal(hintOf(KVCLI, line), hint, line);
  t.match(hintOf(KVCLI, "lease "), /^<grant\|/);
});
