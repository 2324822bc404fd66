import { readFile } from "node:fs/promises";
import type { Options } from "yargs";
import type { Run } from "../command.ts";
import type { LoadedConfig } from "../config.ts";
import { flagOf, loadConfig, SETTING_KEYS, variableOf } from "../config.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import { ProgramError } from "../program-error.ts";

/** `--config` and a flag for every setting. */
export const SETTING_OPTIONS: Readonly<Record<string, Options>> = {
  config: { alias: "c", type: "string", describe: "the file with the settings; or KVD_CONFIG" },
  ...Object.fromEntries(
    SETTING_KEYS.map((key) => [
      flagOf(key),
      { type: "string", describe: `the setting ${key}; or ${variableOf(key)}` } satisfies Options,
    ]),
  ),
};

/** The settings that this command line, environment and file give. Throws what loadConfig throws, or that the file is unreadable. */
export async function configOf(run: Run): Promise<LoadedConfig> {
  const { args, terminal } = run;
  const path = args.optionalText("config") ?? terminal.environment["KVD_CONFIG"];
  const file = path === undefined ? undefined : { path, text: await textOf(path) };
  const flags = Object.fromEntries(
    SETTING_KEYS.flatMap((key) => {
      const value = args.optionalText(flagOf(key));
      return value === undefined ? [] : [[key, value] as const];
    }),
  );
  return loadConfig({ file, environment: terminal.environment, flags });
}

async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "unknown error";
    throw new ProgramError(`cannot read the configuration '${path}': ${code}`, {
      exitCode: EXIT_CODES.usage,
      code: "config",
      cause: error,
    });
  }
}
