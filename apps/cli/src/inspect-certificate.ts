import type { Clock } from '#core/clock.js';
import type { Finding } from '#domain/doctor/finding.js';
import { readCertificateFiles, validityOf } from '../../api/src/certificate.js';

/** What renews itself has long done so: certificates of 90 days are renewed 30 days before their end. */
const soonMs = 14 * 86_400_000;

/** Whether the dates of TLS_CERT_FILE let browsers believe it; nothing where there is none, or none that can be used. */
export function inspectCertificate(environment: Record<string, string | undefined>, clock: Clock): Finding[] {
  const { files } = readCertificateFiles(environment);
  return files ? [describe(validityOf(files), clock.now())] : [];
}

function describe({ from, to }: { from: Date; to: Date }, now: Date): Finding {
  const subject = 'Certificate';
  const until = to.toISOString();
  if (now < from) {
    const remedy = 'Set the clock of this machine right, or use the certificate that is good by now.';
    return {
      subject,
      state: 'fail',
      says: `Its time begins at ${from.toISOString()}: no browser believes it.`,
      remedy,
    };
  }
  if (now >= to) {
    const says = `Its time ended at ${until}: no browser believes it.`;
    return { subject, state: 'fail', says, remedy: renew };
  }
  if (to.getTime() - now.getTime() < soonMs) {
    return { subject, state: 'warn', says: `Its time ends soon, at ${until}.`, remedy: renew };
  }
  return { subject, state: 'ok', says: `good until ${until}` };
}

const renew = 'Renew it, and put it into TLS_CERT_FILE and TLS_KEY_FILE; the api takes it within a minute.';
