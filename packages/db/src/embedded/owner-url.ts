import { ownerLogin } from './initialize-data.js';

/** The address of the owner login, which made and owns everything in the embedded server. Holds the password. */
export function ownerUrl(port: number, password: string): string {
  return `postgres://${ownerLogin}:${password}@127.0.0.1:${port}/keyledger`;
}
