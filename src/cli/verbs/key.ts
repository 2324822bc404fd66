import { KvdError } from "../../base/errors.ts";
import { ROTATION_GRACE_MS_MAX } from "../../base/limits.ts";
import type { Client } from "../../client/client.ts";
import { formatToken, newToken, verifierOf } from "../../io/principal-token.ts";
import { SystemRandom } from "../../io/system-random.ts";
import type { Role } from "../../kv/principal.ts";
import { ROLES } from "../../kv/principal.ts";
import type { PrincipalItem } from "../../wire/client-messages.ts";
import type { Command, Run } from "../command.ts";
import { parseDuration, showDuration } from "../duration.ts";
import type { ExitCode } from "../exit-codes.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import { jsonBytes, showKey } from "../key-text.ts";
import { ProgramError } from "../program-error.ts";
import { formatOf, print, printJson, withClient } from "../session.ts";
import { formatTable } from "../table.ts";
import { createTokenFile, replaceTokenFile, type TokenFile } from "../token-file.ts";
import { KEY_OPTIONS, keyBoundOf } from "./data-options.ts";

const ID = { id: { type: "string", describe: "the principal's id" } } as const;

/** `kvadm key create|ls|rotate|revoke`. */
export const keyCommand: Command = {
  usage: "key",
  describe: "who may use the cluster over HTTP: ids, roles, key prefixes and secrets",
  commands: [
    {
      usage: "create",
      describe: "let somebody use the cluster, and print the token ID.SECRET this once",
      options: {
        ...KEY_OPTIONS,
        id: { type: "string", describe: "letters, digits, '_' and '-' [a random one]" },
        role: { type: "string", choices: ROLES, describe: "what it may do [read-write]" },
        prefix: { type: "string", describe: "it may touch keys that start with this alone [all]" },
        out: {
          type: "string",
          describe: "write the token to this new file of mode 0600, instead of printing it",
        },
      },
      examples: [
        ["$0 key create --id web --role read-only --prefix app/", "one that may read some keys"],
        ["$0 key create --id deploy --out deploy.key", "its token in a file"],
      ],
      run: create,
    },
    { usage: "ls", describe: "list the principals, without their secrets", run: list },
    {
      usage: "rotate <id>",
      describe: "give a principal another secret, and print the new token this once",
      positionals: ID,
      options: {
        grace: {
          type: "string",
          describe: "for how long the secret before stays good: 10m, 24h [not at all]",
        },
        out: {
          type: "string",
          describe: "write the token to this file of mode 0600, in the place of the one before",
        },
      },
      examples: [["$0 key rotate web --grace 1h", "time to hand the new token out"]],
      run: rotate,
    },
    {
      usage: "revoke <id>",
      describe: "let a principal use the cluster no longer; status 1 when there is none",
      positionals: ID,
      run: revoke,
    },
  ],
};

async function create(run: Run): Promise<ExitCode> {
  const id = run.args.optionalText("id") ?? randomId();
  const role = (run.args.optionalText("role") ?? "read-write") as Role;
  const prefix = keyBoundOf(run.args, run.args.optionalText("prefix") ?? "");
  return issue(run, { id, write: createTokenFile, verb: "created" }, (client, verifier) =>
    client.createPrincipal(id, { role, prefix, verifier }),
  );
}

async function rotate(run: Run): Promise<ExitCode> {
  const id = run.args.text("id");
  const text = run.args.optionalText("grace");
  const graceMs = text === undefined ? 0 : parseDuration(text, "--grace", { msMax: ROTATION_GRACE_MS_MAX });
  return issue(run, { id, write: replaceTokenFile, verb: "rotated" }, (client, verifier) =>
    client.rotatePrincipal(id, { verifier, graceMs }),
  );
}

async function revoke(run: Run): Promise<ExitCode> {
  const id = run.args.text("id");
  const { servedBy } = await withClient(run, (client) => client.revokePrincipal(id));
  if (formatOf(run, "table") === "json") printJson(run, "key", { id, revoked: true, served_by: servedBy });
  else print(run, `${id}  revoked\n`);
  return EXIT_CODES.done;
}

async function list(run: Run): Promise<ExitCode> {
  const { principals } = await withClient(run, (client) => client.principals());
  switch (formatOf(run, "table")) {
    case "json":
      printJson(run, "keys", { count: principals.length, keys: principals.map(jsonPrincipal) });
      break;
    case "table":
      print(run, formatTable(["ID", "ROLE", "PREFIX", "GRACE"], principals.map(rowOf)));
      break;
    case "value":
      print(run, principals.map(({ id }) => `${id}\n`).join(""));
      break;
  }
  return EXIT_CODES.done;
}

interface Issue {
  readonly id: string;
  readonly write: (path: string, token: string) => Promise<TokenFile>;
  readonly verb: string;
}

/** Makes a token, has the cluster know what is derived from it, and hands it out once that is certain. */
async function issue(
  run: Run,
  { id, write, verb }: Issue,
  tell: (client: Client, verifier: Uint8Array) => Promise<unknown>,
): Promise<ExitCode> {
  const made = newToken(id);
  const token = formatToken(made);
  const out = run.args.optionalText("out");
  const file = out === undefined ? undefined : await write(out, token);
  try {
    await withClient(run, (client) => tell(client, verifierOf(made)));
  } catch (error) {
    if (!(error instanceof KvdError && error.failure.outcome === "unknown")) {
      await file?.discard();
      throw error;
    }
    throw doubtful(error, { id, verb, file });
  }
  await file?.keep();
  hand(run, { id, token, out, verb });
  return EXIT_CODES.done;
}

interface Doubt {
  readonly id: string;
  readonly verb: string;
  readonly file: TokenFile | undefined;
}

/** The secret is gone unless a file holds it, so the same request cannot be made again. */
function doubtful(error: KvdError, { id, verb, file }: Doubt): ProgramError {
  const { code, message, outcome } = error.failure;
  const advice =
    file === undefined
      ? `see kvadm key ls, and rotate or revoke '${id}'`
      : `'${file.path}' holds the token that counts if it was ${verb}; see kvadm key ls`;
  return new ProgramError(`outcome unknown: ${message}; ${advice}`, {
    exitCode: EXIT_CODES.unknown,
    code,
    details: { outcome, id },
    cause: error,
  });
}

interface Handed {
  readonly id: string;
  readonly token: string;
  readonly out: string | undefined;
  readonly verb: string;
}

function hand(run: Run, { id, token, out, verb }: Handed): void {
  switch (formatOf(run, "table")) {
    case "json":
      printJson(run, "key", { id, ...(out === undefined ? { token } : { file: out }) });
      break;
    case "table":
      print(run, out === undefined ? `${token}\n` : `${id}  ${verb}  token in ${out}\n`);
      if (out === undefined && !run.args.flag("quiet"))
        run.terminal.err(`kvadm: ${id} ${verb}; this token is shown this once, and is kept nowhere\n`);
      break;
    case "value":
      print(run, out === undefined ? `${token}\n` : `${out}\n`);
      break;
  }
}

function randomId(): string {
  return `k-${Buffer.from(new SystemRandom().bytes(6)).toString("hex")}`;
}

function rowOf({ id, role, prefix, graceLeftMs }: PrincipalItem): readonly string[] {
  const grace = graceLeftMs === undefined ? "-" : showDuration(graceLeftMs);
  return [id, role, prefix.length === 0 ? "-" : showKey(prefix), grace];
}

function jsonPrincipal({ id, role, prefix, graceLeftMs }: PrincipalItem): Readonly<Record<string, unknown>> {
  const grace = graceLeftMs === undefined ? {} : { grace_left_ms: graceLeftMs };
  return { id, role, ...jsonBytes("prefix", prefix), ...grace };
}
