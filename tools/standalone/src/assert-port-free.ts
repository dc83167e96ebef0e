import { createServer } from 'node:net';
import { StandaloneError } from './standalone-error.js';

/** Says so before anything is started, rather than in the middle. @throws StandaloneError */
export async function assertPortFree(port: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => reject(new StandaloneError(describe(port, error))));
    server.listen(port, () => server.close(() => resolve()));
  });
}

function describe(port: number, error: NodeJS.ErrnoException): string {
  if (error.code === 'EADDRINUSE') {
    return `Port ${port} is taken by another program: stop that one, or set PORT to another number.`;
  }
  if (error.code === 'EACCES') return `Port ${port} needs more rights than this user has: set PORT to 1024 or higher.`;
  return `Port ${port} cannot be used (${error.code ?? error.message}): set PORT to another number.`;
}
