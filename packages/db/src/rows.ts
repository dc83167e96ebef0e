export { Prisma } from '../generated/client.js';
