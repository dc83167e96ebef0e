import { driverFault } from './driver-fault.js';

/** True when a statement was refused because a number does not fit its column (SQLSTATE 22003). */
export function isNumberTooLarge(error: unknown): boolean {
  return driverFault(error).sqlState === '22003';
}
