import { driverFault } from './driver-fault.js';

/** True when a statement gave up waiting for a lock because `lock_timeout` had passed (SQLSTATE 55P03). */
export function isLockTimeout(error: unknown): boolean {
  return driverFault(error).sqlState === '55P03';
}
