/** Whether a host is this very machine by its name; IPv6 with or without the brackets that it has in a URL. */
export function isLoopback(host: string): boolean {
  return ['localhost', '127.0.0.1', '::1', '[::1]'].includes(host);
}
