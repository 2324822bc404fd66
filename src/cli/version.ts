/** What `--version` and `status` say. */
export const VERSION = "0.1.0";
