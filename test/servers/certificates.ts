// Certificates for servers in tests: an authority, what it signed for localhost, and for a client.

import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

export interface Certificates {
  /** Paths of PEM files. */
  readonly authority: string;
  readonly certificate: string;
  readonly key: string;
  readonly clientCertificate: string;
  readonly clientKey: string;
}

/** Writes them into `folder`; they are good for two days. */
export function makeCertificates(folder: string): Certificates {
  const openssl = (line: string) =>
    execFileSync('openssl', line.split(' '), { cwd: folder, stdio: 'ignore' });
  const key = '-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes';
  openssl(`req -x509 ${key} -days 2 -keyout ca.key -out ca.crt -subj /CN=authority`);
  const sign = (name: string, subject: string, more: string) => {
    openssl(`req ${key} -keyout ${name}.key -out ${name}.csr -subj /CN=${subject} ${more}`);
    openssl(
      `x509 -req -in ${name}.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 2 -copy_extensions copy -out ${name}.crt`,
    );
  };
  sign('server', 'localhost', '-addext subjectAltName=DNS:localhost');
  sign('client', 'vedette', '-addext extendedKeyUsage=clientAuth');
  return {
    authority: join(folder, 'ca.crt'),
    certificate: join(folder, 'server.crt'),
    key: join(folder, 'server.key'),
    clientCertificate: join(folder, 'client.crt'),
    clientKey: join(folder, 'client.key'),
  };
}
