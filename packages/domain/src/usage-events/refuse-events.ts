import { Problem } from '#core/problem.js';

export interface EventFault {
  /** Place of the event in what was sent, from 0. */
  index: number;
  field: string;
  fault: string;
}

/** Named one by one up to here; who sent more faults than this has one fault, a thousand times. */
const mostFaults = 100;

/** The problem that names each fault as `events.3.usage`; at least one is given. */
export function refuseEvents(faults: readonly EventFault[]): Problem {
  const fields = Object.fromEntries(
    faults.slice(0, mostFaults).map(({ index, field, fault }) => [`events.${index}.${field}`, fault]),
  );
  const [name = '', fault = ''] = Object.entries(fields)[0] ?? [];
  return new Problem('invalid-request', { detail: `${name}: ${fault}`, fields });
}
