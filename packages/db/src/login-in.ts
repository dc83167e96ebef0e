import { Client } from 'pg';
import type { ApiLogin } from './ensure-api-login.js';

/**
 * The login in a URL as the driver reads it, which takes a % that begins no escape for itself; empty where none is named.
 * Connects to nothing.
 */
export function loginIn(url: string): ApiLogin {
  const { username, password } = new URL(url);
  const read = new Client({ connectionString: url });
  // For what is not there the driver takes something else, such as the name of who runs it.
  return { name: username && (read.user ?? ''), password: password && (read.password ?? '') };
}
