import { isIP } from "node:net";

/** Whether the text is an address of IPv4 or IPv6: nothing that would have to be looked up. */
export function isIpAddress(text: string): boolean {
  return isIP(text) !== 0;
}
