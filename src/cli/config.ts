import { isIP } from "node:net";
import { isMap, isScalar, LineCounter, parseDocument, type YAMLMap } from "yaml";
import { z } from "zod";
import { durationMs } from "../base/duration.ts";
import { TTL_MS_MAX } from "../base/limits.ts";
import { nearestName } from "../base/nearest.ts";
import type { Address } from "../base/seams.ts";
import { sizeBytes } from "../base/size.ts";
import { formatEndpoint, parseEndpoint } from "../client/endpoint-text.ts";
import { isLoopback } from "../client/links.ts";
import { HISTORY_WINDOW, type HistoryWindow } from "../node/compaction.ts";
import { SNAPSHOT_PERIOD, type SnapshotPeriod } from "../node/snapshot-keeper.ts";
import type { SpaceLimits } from "../node/space.ts";
import { LOG_TAIL, type LogTailBounds } from "../paxos/log-tail.ts";
import { EXIT_CODES } from "./exit-codes.ts";
import { type HttpConfig, httpConfig, httpConflict } from "./http-config.ts";
import { LOG_FORMATS, LOG_LEVELS } from "./log-lines.ts";
import { ProgramError } from "./program-error.ts";

/** Settings of one node, by the names of the file. */
export interface Config {
  readonly name: string | undefined;
  readonly data_dir: string;
  readonly listen: Address | undefined;
  readonly security: "plain";
  readonly log_level: (typeof LOG_LEVELS)[number];
  readonly log_format: (typeof LOG_FORMATS)[number];
  readonly trace: string | undefined;
  readonly history: HistoryWindow;
  readonly tail: LogTailBounds;
  readonly snapshotPeriod: SnapshotPeriod;
  readonly space: SpaceLimits;
  /** Undefined when there is no HTTP interface. */
  readonly http: HttpConfig | undefined;
}

const size = () =>
  z
    .string({ error: "a size such as 512MiB is needed" })
    .refine((text) => sizeBytes(text) !== undefined, "a size such as 512MiB is needed");

const count = () =>
  z.coerce
    .number({ error: "a number is needed" })
    .refine(
      (number) => Number.isInteger(number) && isBetween(number, 1, 1e9),
      "a whole number from 1 to 1000000000 is needed",
    );

const SETTINGS = {
  name: z.string({ error: "a name is needed" }).min(1, "a name is needed").optional(),
  data_dir: z
    .string({ error: "a directory is needed: the one that kvd init made" })
    .min(1, "a directory is needed"),
  listen: z
    .string({ error: "IP:PORT is needed" })
    .refine(isIpEndpoint, "IP:PORT is needed")
    .refine(
      (text) => !isIpEndpoint(text) || isLoopback(parseEndpoint(text) as Address),
      "with security: plain kvd listens on loopback alone (127.0.0.1 or ::1), because nothing is encrypted",
    )
    .optional(),
  security: z.literal("plain", {
    error: "it has to be 'plain', said openly: this version cannot encrypt, and serves loopback alone",
  }),
  log_level: z.enum(LOG_LEVELS, { error: `one of ${LOG_LEVELS.join(", ")} is needed` }).default("info"),
  log_format: z.enum(LOG_FORMATS, { error: `one of ${LOG_FORMATS.join(", ")} is needed` }).default("text"),
  trace: z.string({ error: "a file is needed" }).min(1, "a file is needed").optional(),
  "history.age": z
    .string({ error: "a duration from 1s to 87600h is needed" })
    .refine((text) => isBetween(durationMs(text), 1000, TTL_MS_MAX), "a duration from 1s to 87600h is needed")
    .default("1h"),
  "history.revisions": count().default(HISTORY_WINDOW.revisions),
  "tail.slots": count().default(LOG_TAIL.slots),
  "tail.bytes": size().default("64MiB"),
  "snapshot.slots": count().default(SNAPSHOT_PERIOD.slots),
  "snapshot.bytes": size().default("256MiB"),
  "disk.reserve": size().optional(),
  "disk.quota": size().optional(),
  "http.listen": z
    .string({ error: "IP:PORT or off is needed" })
    .refine((text) => text === "off" || isIpEndpoint(text), "IP:PORT or off is needed")
    .default("127.0.0.1:7480"),
  "http.auth": z.enum(["off", "token"], { error: "one of off, token is needed" }).default("off"),
  "http.tls.cert": z.string({ error: "a file is needed" }).min(1, "a file is needed").optional(),
  "http.tls.key": z.string({ error: "a file is needed" }).min(1, "a file is needed").optional(),
} as const;

type Key = keyof typeof SETTINGS;
type Checked = z.infer<z.ZodObject<typeof SETTINGS>>;
export const SETTING_KEYS = Object.keys(SETTINGS) as readonly Key[];

/** One setting, as `--print-config` shows it. */
export interface Setting {
  readonly key: Key;
  readonly value: string | undefined;
  /** `default`, `FILE:LINE`, a variable's or a flag's name. */
  readonly origin: string;
}

export interface LoadedConfig {
  readonly config: Config;
  readonly settings: readonly Setting[];
}

export interface ConfigSources {
  /** Undefined when no file was named. */
  readonly file: { readonly path: string; readonly text: string } | undefined;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Values of flags by setting. */
  readonly flags: Readonly<Partial<Record<Key, string>>>;
}

interface Given {
  readonly value: unknown;
  readonly origin: string;
  /** Where it stands in the file, when it stands there. */
  readonly line?: number;
}

/** What is wrong in one place. */
interface Problem {
  readonly text: string;
  readonly line?: number | undefined;
}

/**
 * The settings from flags, environment and file, in that order. Throws one usage error with a line for each
 * place where something is wrong, which it names with the rule and the value: first those of the file, as
 * they stand there.
 */
export function loadConfig(sources: ConfigSources): LoadedConfig {
  const problems: Problem[] = [];
  const { environment, file } = sources;
  const fromFile = file === undefined ? new Map<string, Given>() : readFile(file, problems);
  const settings: Setting[] = [];
  const values: Partial<Record<Key, unknown>> = {};
  // Without the file's settings every other one would be said to be missing.
  for (const key of fromFile === undefined ? [] : SETTING_KEYS) {
    const given = givenBy(key, sources) ?? fromFile?.get(key) ?? { value: undefined, origin: "default" };
    const parsed = SETTINGS[key].safeParse(given.value);
    if (!parsed.success) {
      const rule = parsed.error.issues[0]?.message ?? "not allowed";
      problems.push({ text: explainInvalid(key, { given, rule, file }), line: given.line });
      continue;
    }
    values[key] = parsed.data;
    settings.push({ key, value: textOf(parsed.data), origin: given.origin });
  }
  problems.push(...unknownVariables(environment));
  if (problems.length > 0) throw configError(problems);
  const checked = z.object(SETTINGS).parse(values);
  const conflict = httpConflict(checked);
  if (conflict !== undefined) {
    const { key, rule } = conflict;
    const origin = settings.find((setting) => setting.key === key)?.origin ?? "default";
    const given = { value: checked[key] ?? "not set", origin };
    throw configError([{ text: explainInvalid(key, { given, rule, file }) }]);
  }
  return { config: toConfig(checked), settings };
}

/** `KVD_SERVER_DATA_DIR` for `data_dir`. */
export function variableOf(key: string): string {
  return `KVD_SERVER_${key.toUpperCase().replaceAll(".", "_")}`;
}

/** `data-dir` for `data_dir`, `http-listen` for `http.listen`. */
export function flagOf(key: string): string {
  return key.replaceAll(/[_.]/g, "-");
}

function givenBy(key: Key, { flags, environment }: ConfigSources): Given | undefined {
  const flag = flags[key];
  if (flag !== undefined) return { value: flag, origin: `--${flagOf(key)}` };
  const variable = environment[variableOf(key)];
  return variable === undefined ? undefined : { value: variable, origin: variableOf(key) };
}

function toConfig(checked: Checked): Config {
  return {
    name: checked.name,
    data_dir: checked.data_dir,
    listen: checked.listen === undefined ? undefined : parseEndpoint(checked.listen),
    security: checked.security,
    log_level: checked.log_level,
    log_format: checked.log_format,
    trace: checked.trace,
    history: {
      ageMs: durationMs(checked["history.age"]) ?? HISTORY_WINDOW.ageMs,
      revisions: checked["history.revisions"],
    },
    tail: { slots: checked["tail.slots"], bytes: sizeBytes(checked["tail.bytes"]) ?? LOG_TAIL.bytes },
    snapshotPeriod: {
      slots: checked["snapshot.slots"],
      bytes: sizeBytes(checked["snapshot.bytes"]) ?? SNAPSHOT_PERIOD.bytes,
    },
    space: {
      reserveBytes: sizeBytes(checked["disk.reserve"] ?? ""),
      quotaBytes: sizeBytes(checked["disk.quota"] ?? ""),
    },
    http: httpConfig(checked),
  };
}

/** Undefined when the file is no list of settings at all. */
function readFile(
  { path, text }: NonNullable<ConfigSources["file"]>,
  problems: Problem[],
): ReadonlyMap<string, Given> | undefined {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const lineOf = (offset: number): number => lines.linePos(offset).line;
  for (const { pos, message } of document.errors) {
    const line = lineOf(pos[0]);
    problems.push({ text: `${path}:${line}: not YAML: ${message}`, line });
  }
  if (document.errors.length > 0) return undefined;
  const given = new Map<string, Given>();
  if (document.contents === null) return given;
  if (!isMap(document.contents)) {
    problems.push({ text: `${path}:1: lines of 'setting: value' are needed`, line: 1 });
    return undefined;
  }
  for (const { name, offset, value } of namedValues(document.contents, "")) {
    const line = lineOf(offset);
    if (!(SETTING_KEYS as readonly string[]).includes(name)) {
      problems.push({ text: `${path}:${line}: ${explainUnknown(name)}`, line });
      continue;
    }
    const isPlain = isScalar(value) && value.value !== null;
    given.set(name, {
      value: isPlain ? value.value : document.createNode(value).toJSON(),
      origin: `${path}:${line}`,
      line,
    });
  }
  return given;
}

interface NamedValue {
  readonly name: string;
  readonly offset: number;
  readonly value: unknown;
}

/** The settings of a map; those of a section, such as `http`, by their whole names. */
function namedValues(map: YAMLMap, section: string): readonly NamedValue[] {
  return map.items.flatMap(({ key, value }): readonly NamedValue[] => {
    const name = `${section}${isScalar(key) ? String(key.value) : "?"}`;
    if (isMap(value) && SETTING_KEYS.some((known) => known.startsWith(`${name}.`)))
      return namedValues(value, `${name}.`);
    return [{ name, offset: isScalar(key) ? (key.range?.[0] ?? 0) : 0, value }];
  });
}

function unknownVariables(environment: ConfigSources["environment"]): readonly Problem[] {
  const known = SETTING_KEYS.map(variableOf);
  return Object.keys(environment)
    .filter((name) => name.startsWith("KVD_SERVER_") && !known.includes(name))
    .map((name) => {
      const nearest = nearestName(name, known);
      const hint = nearest === undefined ? "" : `; did you mean ${nearest}?`;
      return { text: `the environment variable ${name} is no setting${hint}` };
    });
}

function explainUnknown(name: string): string {
  const nearest = nearestName(name, SETTING_KEYS);
  const hint = nearest === undefined ? `there are ${SETTING_KEYS.join(", ")}` : `did you mean '${nearest}'?`;
  return `'${name}' is no setting; ${hint}`;
}

interface Invalid {
  readonly given: Given;
  readonly rule: string;
  readonly file: ConfigSources["file"];
}

function explainInvalid(key: Key, { given, rule, file }: Invalid): string {
  if (given.value === undefined || given.value === null) {
    const where = given.origin === "default" ? (file?.path ?? "no configuration file") : given.origin;
    const places = `set it in the file, by --${flagOf(key)} or ${variableOf(key)}`;
    return `${where}: ${key} is not set: ${rule}; ${places}`;
  }
  return `${given.origin}: ${key}: ${rule}; it is ${JSON.stringify(given.value)}`;
}

/** One line for each problem: those of the file as they stand there, then the others. */
function configError(problems: readonly Problem[]): ProgramError {
  const ordered = problems.toSorted(
    (left, right) => (left.line ?? Number.MAX_SAFE_INTEGER) - (right.line ?? Number.MAX_SAFE_INTEGER),
  );
  const texts = ordered.map(({ text }) => text);
  return new ProgramError(texts.join("\n"), {
    exitCode: EXIT_CODES.usage,
    code: "config",
    details: { problems: texts },
  });
}

function textOf(value: string | number | undefined): string | undefined {
  return value === undefined ? undefined : String(value);
}

function isBetween(value: number | undefined, min: number, max: number): boolean {
  return value !== undefined && value >= min && value <= max;
}

function isIpEndpoint(text: string): boolean {
  const address = parseEndpoint(text);
  return address !== undefined && isIP(address.host) !== 0 && formatEndpoint(address) === text;
}
