import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createSecureContext, type SecureContext } from 'node:tls';

/**
 * Files (PEM) that the address of Postgres or Redis may name in its query, as libpq calls them: who vouches for the server's
 * certificate, and a certificate of our own with its key, by which the server knows us.
 */
const options = { sslrootcert: 'ca', sslcert: 'cert', sslkey: 'key' } as const;

export interface TlsFile {
  name: keyof typeof options;
  file: string;
}

/** In no order; of a name that is there twice the last, as Postgres' driver takes it. */
export function tlsFilesIn(url: string): TlsFile[] {
  const { searchParams } = new URL(url);
  return (Object.keys(options) as TlsFile['name'][]).flatMap((name) => {
    const file = searchParams.getAll(name).at(-1);
    return file ? [{ name, file }] : [];
  });
}

/**
 * What a connection to this address uses, as the files are now.
 * @throws the fault of a file that cannot be read, or OpenSSL's, where a certificate is none or its key does not fit
 */
export function openTlsFiles(url: string): SecureContext {
  const contents = tlsFilesIn(url).map(({ name, file }) => [options[name], readFileSync(file)] as const);
  // Of an authority, Node takes anything, and then trusts nobody.
  for (const [option, content] of contents) if (option === 'ca') parseCertificate(content);
  return createSecureContext(Object.fromEntries(contents));
}

const parseCertificate = (pem: Buffer): X509Certificate => new X509Certificate(pem);
