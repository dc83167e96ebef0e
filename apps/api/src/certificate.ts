import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Server } from 'node:https';
import { createSecureContext, type SecureContextOptions } from 'node:tls';
import type { Logger } from '#core/logger.js';

/** By what this server proves who it is, both PEM: the certificate with those up to its authority, and its private key. */
export interface CertificateFiles {
  certificate: string;
  key: string;
}

/**
 * TLS 1.2 and 1.3 with forward secrecy and authenticated encryption alone, the strongest first: Mozilla's intermediate
 * configuration, version 5.7, without the suites of finite fields that no browser asks for.
 */
const protocol: SecureContextOptions = {
  minVersion: 'TLSv1.2',
  honorCipherOrder: true,
  ciphers: [
    'TLS_AES_256_GCM_SHA384',
    'TLS_CHACHA20_POLY1305_SHA256',
    'TLS_AES_128_GCM_SHA256',
    'ECDHE-ECDSA-AES256-GCM-SHA384',
    'ECDHE-RSA-AES256-GCM-SHA384',
    'ECDHE-ECDSA-CHACHA20-POLY1305',
    'ECDHE-RSA-CHACHA20-POLY1305',
    'ECDHE-ECDSA-AES128-GCM-SHA256',
    'ECDHE-RSA-AES128-GCM-SHA256',
  ].join(':'),
};

/** @returns `files` of TLS_CERT_FILE and TLS_KEY_FILE, null where neither is set, that is for plain HTTP */
export function readCertificateFiles(environment: Record<string, string | undefined>): {
  files: CertificateFiles | null;
  faults: string[];
} {
  const certificate = environment['TLS_CERT_FILE'] || undefined;
  const key = environment['TLS_KEY_FILE'] || undefined;
  if (certificate === undefined && key === undefined) return { files: null, faults: [] };
  if (certificate === undefined) return { files: null, faults: ['TLS_CERT_FILE: is required with TLS_KEY_FILE'] };
  if (key === undefined) return { files: null, faults: ['TLS_KEY_FILE: is required with TLS_CERT_FILE'] };
  const files = { certificate, key };
  try {
    loadCertificate(files);
    return { files, faults: [] };
  } catch (error) {
    if (!(error instanceof CertificateError)) throw error;
    return { files: null, faults: [error.message] };
  }
}

/** The message names a variable first, and nothing of the files. */
class CertificateError extends Error {
  override readonly name = 'CertificateError';
}

/**
 * What a server of TLS needs, as the files are now.
 * @throws CertificateError
 */
export function loadCertificate(files: CertificateFiles): SecureContextOptions & { cert: string; key: string } {
  const options = {
    ...protocol,
    cert: read('TLS_CERT_FILE', files.certificate),
    key: read('TLS_KEY_FILE', files.key),
  };
  try {
    createSecureContext(options);
  } catch (error) {
    const reason = `${codeOf(error)}: PEM is wanted, of a certificate and the key that belongs to it`;
    throw new CertificateError(`TLS_CERT_FILE: cannot be used with TLS_KEY_FILE (${reason})`);
  }
  return options;
}

/**
 * The instants between which others believe the server's own certificate, the first of its file.
 * @throws CertificateError
 */
export function validityOf(files: CertificateFiles): { from: Date; to: Date } {
  const { validFrom, validTo } = new X509Certificate(loadCertificate(files).cert);
  return { from: new Date(validFrom), to: new Date(validTo) };
}

function read(variable: string, file: string): string {
  const text = readText(variable, file);
  // Node takes empty text for none that was given, and a server without certificate or key shakes no hands.
  if (text === '') throw new CertificateError(`${variable}: the file it names is empty`);
  return text;
}

function readText(variable: string, file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new CertificateError(`${variable}: the file it names cannot be read (${codeOf(error)})`);
  }
}

const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? 'unknown reason';

/**
 * Takes another certificate into use when the files have one. A connection that stands keeps the one it began with.
 * @returns to be called now and then: while the files cannot be used, as when one of them is written before the other, the
 *   certificate before stays, which is logged once for each reason
 */
export function followCertificate(server: Server, files: CertificateFiles, { logger }: { logger: Logger }): () => void {
  const textOf = ({ cert, key }: ReturnType<typeof loadCertificate>) => `${cert}${key}`;
  let inUse = textOf(loadCertificate(files));
  let fault: string | undefined;
  return () => {
    try {
      const found = loadCertificate(files);
      fault = undefined;
      if (textOf(found) === inUse) return;
      server.setSecureContext(found);
      inUse = textOf(found);
      logger.info('another certificate is in use');
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      if (reason !== fault) logger.error({ err: error }, 'the certificate cannot be read; the one before stays in use');
      fault = reason;
    }
  };
}
