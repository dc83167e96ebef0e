import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';

export interface TestCertificate {
  /** PEM. */
  certificate: string;
  /** PEM, PKCS #8. */
  key: string;
}

/** Who signs certificates, and the PEM by which others know it. */
export interface TestAuthority {
  certificate: string;
  issue(options: { host: string; validFrom?: Date; validTo?: Date }): TestCertificate;
}

const dayMs = 86_400_000;

/** An authority of certificates, made anew each time and valid for the day around now: no key is kept in the repository. */
export function createTestAuthority(name: string): TestAuthority {
  const authority = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const validity = () => ({ validFrom: new Date(Date.now() - dayMs), validTo: new Date(Date.now() + dayMs) });
  const signedBy = { issuer: name, issuerKey: authority.privateKey };
  const extensions = [extension(basicConstraints, sequence(boolean(true)))];
  return {
    certificate: encode({ ...signedBy, ...validity(), subject: name, publicKey: authority.publicKey, extensions }),
    issue({ host, ...dates }) {
      const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      const names = [extension(subjectAltName, sequence(tagged(0x82, Buffer.from(host))))];
      const certificate = encode({
        ...signedBy,
        ...validity(),
        ...dates,
        subject: host,
        publicKey,
        extensions: names,
      });
      return { certificate, key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() };
    },
  };
}

interface Content {
  issuer: string;
  issuerKey: KeyObject;
  subject: string;
  publicKey: KeyObject;
  validFrom: Date;
  validTo: Date;
  extensions: Buffer[];
}

/** X.509 version 3 (RFC 5280 §4.1), signed with ECDSA and SHA-256. */
function encode({ issuer, issuerKey, subject, publicKey, validFrom, validTo, extensions }: Content): string {
  const algorithm = sequence(objectId(ecdsaWithSha256));
  const body = sequence(
    tagged(0xa0, tagged(0x02, Buffer.from([2]))),
    tagged(0x02, Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    algorithm,
    nameOf(issuer),
    sequence(time(validFrom), time(validTo)),
    nameOf(subject),
    publicKey.export({ type: 'spki', format: 'der' }),
    tagged(0xa3, sequence(...extensions)),
  );
  const signed = sequence(body, algorithm, bits(sign('sha256', body, issuerKey)));
  return `-----BEGIN CERTIFICATE-----\n${signed.toString('base64')}\n-----END CERTIFICATE-----\n`;
}

// Object identifiers, as DER has them.
const ecdsaWithSha256 = '2a8648ce3d040302';
const commonName = '550403';
const subjectAltName = '551d11';
const basicConstraints = '551d13';

// What of DER (ITU-T X.690) a certificate needs.
function tagged(tag: number, ...parts: Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const long = [content.length >> 8, content.length & 0xff];
  const length = content.length < 0x80 ? [content.length] : [0x82, ...long];
  return Buffer.concat([Buffer.from([tag, ...length]), content]);
}

const sequence = (...parts: Buffer[]) => tagged(0x30, ...parts);
const objectId = (hex: string) => tagged(0x06, Buffer.from(hex, 'hex'));
const boolean = (value: boolean) => tagged(0x01, Buffer.from([value ? 0xff : 0]));
const bits = (content: Buffer) => tagged(0x03, Buffer.from([0]), content);
const time = (at: Date) => tagged(0x17, Buffer.from(`${at.toISOString().replaceAll(/\D/g, '').slice(2, 14)}Z`));
const nameOf = (text: string) =>
  sequence(tagged(0x31, sequence(objectId(commonName), tagged(0x0c, Buffer.from(text)))));
const extension = (id: string, value: Buffer) => sequence(objectId(id), tagged(0x04, value));
