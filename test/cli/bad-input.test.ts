import t from "tap";
import { KVADM } from "../../src/cli/kvadm.ts";
import { KVCLI } from "../../src/cli/kvcli.ts";
import { KVD } from "../../src/cli/kvd.ts";
import type { Program } from "../../src/cli/program.ts";
import { runProgram } from "../../src/cli/program.ts";
import { FakeTerminal } from "./fake-terminal.ts";

/** Nobody listens there. */
const NOBODY = ["-E", "127.0.0.1:9", "--timeout", "200ms"];

type Row = readonly [argv: readonly string[], status: number, says: RegExp];

const OF_KVCLI: readonly Row[] = [
  [["get"], 2, /argument is missing; see kvcli get --help/],
  [["get", "a", "b"], 2, /'b' is one argument too many/],
  [["get", "a", "--timeout"], 2, /--timeout needs a value; see kvcli get --help/],
  [["get", "a", "--timeout", "soon"], 2, /'soon' is not a duration .* 250ms, 5s or 2m/],
  [["get", "a", "--timeout", "0s"], 2, /'0s' is not a duration/],
  [["get", "a", "--timeout", "1s", "--timeout", "2s"], 2, /--timeout is given more than once/],
  [["get", "a", "-o", "xml"], 2, /'xml' is not one of table, json/],
  [["get", "a", "--consistency", "strict"], 2, /'strict' is not one of linearizable, sequential, stale/],
  [["get", "a", "-E", ""], 2, /--endpoints names no endpoint; write HOST:PORT/],
  [["get", "a", "-E", "127.0.0.1:0"], 2, /'127\.0\.0\.1:0' is not HOST:PORT/],
  [["get", "a", "-E", "127.0.0.1:99999"], 2, /is not HOST:PORT/],
  [["get", "a", ...NOBODY], 3, /no answer within 200 ms from 127\.0\.0\.1:9: is kvd running there\?/],
  [["put", "a", "1", ...NOBODY], 3, /no answer within 200 ms/],
  [["put", "a"], 2, /argument is missing/],
  [["put", "", "1", ...NOBODY], 2, /the key is empty; keys have at least 1 byte/],
  [["get", "", ...NOBODY], 2, /the key is empty; keys have at least 1 byte/],
  [["get", "k".repeat(1_025), ...NOBODY], 5, /1025 bytes; the limit is 1024 bytes/],
  [["del", "a", "", ...NOBODY], 2, /the key is empty/],
  [["mget", "", ...NOBODY], 2, /the key is empty/],
  [["incr", "", ...NOBODY], 2, /the key is empty/],
  [["ttl", "", ...NOBODY], 2, /the key is empty/],
  [["history", "", ...NOBODY], 2, /the key is empty/],
  [["watch", "", ...NOBODY], 2, /the key is empty/],
  [["put", "k".repeat(1_025), "1", ...NOBODY], 5, /1025 bytes; the limit is 1024 bytes \(key_bytes_max\)/],
  [["put", "a", "@/no/such file"], 9, /cannot read '\/no\/such file': ENOENT; name a readable file/],
  [["put", "a", "@/tmp"], 9, /EISDIR/],
  [["put", "a", "1", "--ttl", "x"], 2, /--ttl: 'x' is not a duration/],
  [
    ["put", "a", "1", "--ttl", "99ms", ...NOBODY],
    2,
    /--ttl: '99ms' is not a duration between 100ms and \d+h/,
  ],
  [["put", "a", "1", "--ttl", "-5s", ...NOBODY], 2, /--ttl: '-5s' is not a duration between 100ms and/],
  [["put", "a", "1", "--if-absent", "--if-rev", "1"], 2, /exclude each other; name one/],
  [["put", "a", "1", "--if-rev", "-1"], 2, /'-1' is not an integer from 0/],
  [["put", "a", "1", "--if-rev", "1.5"], 2, /'1\.5' is not an integer/],
  [
    ["put", "a", "1", "--request-id", "junk"],
    2,
    /'junk' is not CLIENT:SEQUENCE:DEADLINE; CLIENT is 32 hex digits/,
  ],
  [["put", "a", "1", "--request-id", `${"0".repeat(32)}:0:1`], 2, /is not CLIENT:SEQUENCE:DEADLINE/],
  [["put", "a", "1", "--ttll", "1s"], 2, /unknown option --ttll; did you mean --ttl\?/],
  [["incr", "a", "1e3"], 2, /'1e3' is not a whole number of 64 bits/],
  [["incr", "a", "9223372036854775808"], 2, /is not a whole number of 64 bits/],
  [["incr", "a", ""], 2, /'' is not a whole number/],
  [["rmw", "a", "--op", "frobnicate", "--arg", "1"], 2, /'frobnicate' is not one of incr, append/],
  [["rmw", "a", "--arg", "1"], 2, /argument: op/],
  [["rmw", "a", "--op", "cas", "--arg", "1"], 2, /--expected is missing; cas needs it/],
  [["rmw", "a", "--op", "max", "--arg", "1", "--expected", "0"], 2, /--expected goes with --op cas/],
  [["cas", "a", "--from", "1"], 2, /argument: to/],
  [["mput"], 2, /nothing to put; name KEY=VALUE/],
  [["mput", "a"], 2, /'a' is not KEY=VALUE/],
  [["mput", "a=1", "a=2", ...NOBODY], 2, /a key stands there twice/],
  [["mput", "-f", "/no/such"], 9, /ENOENT/],
  [["txn", ""], 2, /line 1, character 1: expected 'if' or 'then'/],
  [["txn", "if rev(a)= then put a 1"], 2, /line 1, character 12: expected a whole number/],
  [["txn", "-f", "/no/such"], 9, /ENOENT/],
  [["del"], 2, /no key is named/],
  [["del", "a", "--prefix", "b"], 2, /by commands of their own/],
  [["del", "--prefix", "a"], 2, /needs --yes or --expect-count N/],
  [["ls", "--limit", "0"], 2, /'0' is not an integer from 1/],
  [["touch", "a", "1"], 2, /'1' is not a duration/],
  [["lease"], 2, /lease: a verb is missing; see kvcli lease --help/],
  [["lease", "grnat"], 2, /unknown command 'grnat'; did you mean grant\?/],
  [["lease", "grant"], 2, /argument is missing/],
  [["lease", "revoke", "0"], 2, /'0' is no lease: ids are whole numbers from 1 on/],
  [["watch"], 2, /name a key, or --prefix P/],
  [["import", "-f", "/no/such"], 9, /ENOENT/],
];

const OF_KVADM: readonly Row[] = [
  [["status", ...NOBODY], 3, /./],
  [["failover", ...NOBODY], 3, /./],
  [["cluster", "new"], 2, /./],
  [["cluster", "new", "n1"], 2, /./],
  [["cluster", "new", "n1=127.0.0.1:7400", "n1=127.0.0.1:7401", "-f", "/no/such/c.yaml"], 2, /n1/],
  [["cluster", "new", "n1=127.0.0.1:7400", "n2=127.0.0.1:7400", "-f", "/no/such/c.yaml"], 2, /7400/],
  [["cluster", "new", "n1=127.0.0.1:7400", "-f", "/no/such/c.yaml"], 9, /\/no\/such/],
  [["dev", "up", "-n", "0"], 2, /./],
  [["dev", "up", "-n", "x"], 2, /'x'/],
  [["dev", "kill"], 2, /argument is missing/],
  [["dev", "ls", "--dir", "/no/such"], 9, /\/no\/such/],
  [["key"], 2, /key: a verb is missing; see kvadm key --help/],
  [["key", "creat"], 2, /unknown command 'creat'; did you mean create\?/],
  [["staus"], 2, /did you mean status\?/],
];

const OF_KVD: readonly Row[] = [
  [[], 2, /./],
  [["start"], 2, /data_dir is not set/],
  [["start", "--data-dir", "/d"], 2, /security is not set/],
  [["start", "--data-dir", "/d", "--security", "none"], 2, /"none"/],
  [["start", "--data-dir", "/no/such", "--security", "plain", "--http-listen", "off"], 9, /\/no\/such/],
  [["start", "--data-dir", "/d", "--security", "plain", "--listen", "nowhere"], 2, /nowhere/],
  [["init"], 2, /./],
  [["init", "--single"], 2, /--data-dir is missing/],
  [["init", "--cluster", "/no/such", "--node", "n1", "--data-dir", "/no/such/d"], 9, /kvadm cluster new/],
  [["--check-config", "--config", "/tmp"], 2, /\/tmp/],
  [["strat"], 2, /did you mean start\?/],
];

for (const [program, rows] of [
  [KVCLI, OF_KVCLI],
  [KVADM, OF_KVADM],
  [KVD, OF_KVD],
] as const satisfies readonly (readonly [Program, readonly Row[]])[]) {
  t.test(`${program.name} refuses bad input with its documented status and a line that helps`, async (t) => {
    for (const [argv, status, says] of rows) {
      const terminal = new FakeTerminal();
      const ended = await runProgram(program, argv, terminal);
      const what = `${program.name} ${argv.join(" ").slice(0, 70)}`;
      t.equal(ended, status, what);
      t.match(terminal.stderr, says, what);
      t.notMatch(terminal.stderr, /\n\s+at |Error:/, `${what}: no stack trace`);
    }
  });
}
