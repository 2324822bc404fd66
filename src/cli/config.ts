import { isIP } from "node:net";
import { isMap, isScalar, LineCounter, parseDocument } from "yaml";
import { z } from "zod";
import { nearestName } from "../base/nearest.ts";
import type { Address } from "../base/seams.ts";
import { formatEndpoint, parseEndpoint } from "../client/endpoint-text.ts";
import { isLoopback } from "../client/links.ts";
import { LOG_LEVELS } from "./log-lines.ts";
import type { ProgramError } from "./program-error.ts";
import { usageError } from "./program-error.ts";

/** Settings of one node, by the names of the file. */
export interface Config {
  readonly name: string | undefined;
  readonly data_dir: string;
  readonly listen: Address | undefined;
  readonly security: "plain";
  readonly log_level: (typeof LOG_LEVELS)[number];
  readonly trace: string | undefined;
}

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
  trace: z.string({ error: "a file is needed" }).min(1, "a file is needed").optional(),
} as const;

type Key = keyof typeof SETTINGS;
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
}

/** The settings from flags, environment and file, in that order. Throws a usage error that names place, rule and value. */
export function loadConfig(sources: ConfigSources): LoadedConfig {
  const fromFile = sources.file === undefined ? new Map<string, Given>() : readFile(sources.file);
  refuseUnknownVariables(sources.environment);
  const settings: Setting[] = [];
  const values: Partial<Record<Key, unknown>> = {};
  for (const key of SETTING_KEYS) {
    const given = givenBy(key, sources) ?? fromFile.get(key) ?? { value: undefined, origin: "default" };
    const parsed = SETTINGS[key].safeParse(given.value);
    if (!parsed.success) throw invalid(key, given, parsed.error.issues[0]?.message ?? "not allowed", sources);
    values[key] = parsed.data;
    settings.push({ key, value: parsed.data, origin: given.origin });
  }
  return { config: toConfig(values), settings };
}

/** `KVD_SERVER_DATA_DIR` for `data_dir`. */
export function variableOf(key: string): string {
  return `KVD_SERVER_${key.toUpperCase()}`;
}

/** `data-dir` for `data_dir`. */
export function flagOf(key: string): string {
  return key.replaceAll("_", "-");
}

function givenBy(key: Key, { flags, environment }: ConfigSources): Given | undefined {
  const flag = flags[key];
  if (flag !== undefined) return { value: flag, origin: `--${flagOf(key)}` };
  const variable = environment[variableOf(key)];
  return variable === undefined ? undefined : { value: variable, origin: variableOf(key) };
}

function toConfig(values: Partial<Record<Key, unknown>>): Config {
  const checked = z.object(SETTINGS).parse(values);
  return {
    name: checked.name,
    data_dir: checked.data_dir,
    listen: checked.listen === undefined ? undefined : parseEndpoint(checked.listen),
    security: checked.security,
    log_level: checked.log_level,
    trace: checked.trace,
  };
}

function readFile({ path, text }: { readonly path: string; readonly text: string }): Map<string, Given> {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const at = (offset: number): string => `${path}:${lines.linePos(offset).line}`;
  const broken = document.errors[0];
  if (broken !== undefined) throw usageError(`${at(broken.pos[0])}: not YAML: ${broken.message}`);
  const given = new Map<string, Given>();
  if (document.contents === null) return given;
  if (!isMap(document.contents)) throw usageError(`${path}:1: lines of 'setting: value' are needed`);
  for (const { key, value } of document.contents.items) {
    const offset = isScalar(key) ? (key.range?.[0] ?? 0) : 0;
    const name = isScalar(key) ? String(key.value) : "?";
    if (!(SETTING_KEYS as readonly string[]).includes(name)) throw unknownSetting(at(offset), name);
    const isPlain = isScalar(value) && value.value !== null;
    given.set(name, {
      value: isPlain ? value.value : document.createNode(value).toJSON(),
      origin: at(offset),
    });
  }
  return given;
}

function refuseUnknownVariables(environment: ConfigSources["environment"]): void {
  const known = SETTING_KEYS.map(variableOf);
  for (const name of Object.keys(environment)) {
    if (!name.startsWith("KVD_SERVER_") || known.includes(name)) continue;
    const nearest = nearestName(name, known);
    throw usageError(
      `the environment variable ${name} is no setting${nearest === undefined ? "" : `; did you mean ${nearest}?`}`,
    );
  }
}

function unknownSetting(where: string, name: string): ProgramError {
  const nearest = nearestName(name, SETTING_KEYS);
  const hint = nearest === undefined ? `there are ${SETTING_KEYS.join(", ")}` : `did you mean '${nearest}'?`;
  return usageError(`${where}: '${name}' is no setting; ${hint}`);
}

function invalid(key: Key, given: Given, rule: string, { file }: ConfigSources): ProgramError {
  if (given.value === undefined || given.value === null) {
    const where = given.origin === "default" ? (file?.path ?? "no configuration file") : given.origin;
    return usageError(
      `${where}: ${key} is not set: ${rule}; set it in the file, by --${flagOf(key)} or ${variableOf(key)}`,
    );
  }
  return usageError(`${given.origin}: ${key}: ${rule}; it is ${JSON.stringify(given.value)}`);
}

function isIpEndpoint(text: string): boolean {
  const address = parseEndpoint(text);
  return address !== undefined && isIP(address.host) !== 0 && formatEndpoint(address) === text;
}
