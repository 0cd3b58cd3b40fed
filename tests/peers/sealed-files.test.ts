/** Programs we did not write read our sealed agreements: pdfsig, qpdf and openssl. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toHex } from '../../src/bytes.ts';
import { sha256 } from '../../src/digest.ts';
import { parseCertificate } from '../../src/pki/certificate.ts';
import { cmsLength, parseCms } from '../../src/pki/cms-parse.ts';
import { printPem } from '../../src/pki/pem.ts';
import { type ReproducedArchive, type ReproducedValidation, reproduce } from '../../src/template/reproduce.ts';
import { sealFile } from '../../src/workflow/seal-agreement.ts';
import { outputOf, run } from './programs.ts';
import { makeSignedFolder, type SignedFile, type SignedFolder } from './signed-files.ts';

interface SealedFile extends SignedFile {
  readonly bytes: Uint8Array;
  readonly store: ReproducedValidation;
  readonly archive: ReproducedArchive;
}

let signed: SignedFolder;
let files: readonly SealedFile[];
let trustStore: string;

beforeAll(async () => {
  signed = await makeSignedFolder();
  trustStore = join(signed.folder, 'nss');
  mkdirSync(trustStore);
  outputOf('certutil', ['-N', '-d', `sql:${trustStore}`, '--empty-password']);
  outputOf('certutil', ['-A', '-n', 'sanfang', '-t', 'CT,C,C', '-i', signed.rootPath, '-d', `sql:${trustStore}`]);
  const { authority, template } = signed;
  const trustAnchors = await authority.trustAnchors();
  files = await Promise.all(
    signed.files.map(async (file): Promise<SealedFile> => {
      const ports = { revocation: authority, timestamps: authority, clock: { now: () => file.at }, trustAnchors };
      const bytes = await sealFile(ports, template, new Uint8Array(readFileSync(file.path)));
      const path = file.path.replace(/\.pdf$/, '-sealed.pdf');
      writeFileSync(path, bytes);
      const [store, archive] = reproduce(template, bytes).seals;
      if (store?.kind !== 'dss' || archive?.kind !== 'archive') throw new Error('not sealed');
      return { ...file, path, bytes, store, archive };
    }),
  );
});
afterAll(() => signed.remove());

const count = (text: string, pattern: RegExp): number => [...text.matchAll(pattern)].length;
let scratched = 0;
const scratch = (bytes: Uint8Array | string): string => {
  const path = join(signed.folder, `scratch-${scratched++}`);
  writeFileSync(path, bytes);
  return path;
};
const pem = (label: string, ders: readonly Uint8Array[]): string => scratch(ders.map((der) => printPem({ label, der })).join(''));
/** The instant of sealing, as openssl wants it; a second later, so that nothing is from the future. */
const timeOf = (file: SealedFile): readonly string[] => ['-attime', String(file.at / 1000 + 1)];

describe('pdfsig', () => {
  it('still finds every party’s signature valid and trusted, and the timestamp over the whole file', () => {
    for (const { path, roles } of files) {
      const report = run('pdfsig', ['-nssdir', `sql:${trustStore}`, path]).text;
      expect(count(report, /Signature Validation: Signature is Valid\.$/gm)).toBe(roles.length);
      expect(count(report, /Certificate Validation: Certificate is Trusted\.$/gm)).toBe(roles.length);
      expect(count(report, /^Signature #\d+:/gm)).toBe(roles.length + 1);
      expect(count(report, /Total document signed$/gm)).toBe(1);
      expect(report).toMatch(/Signature Field Name: archive1\n[\s\S]*Total document signed/);
    }
  });
});

describe('qpdf', () => {
  it('has nothing to say against any file', () => {
    for (const { path } of files) {
      const { status, text } = run('qpdf', ['--check', path]);
      expect(text).toContain('No syntax or stream encoding errors found');
      expect(text).not.toContain('WARNING');
      expect(status).toBe(0);
    }
  });

  it('sees the certifying signature, the locks and the store where the standard has them', () => {
    for (const { path, roles } of files) {
      const json = outputOf('qpdf', ['--json=2', '--json-key=qpdf', path]);
      expect(count(json, /"\/TransformMethod": "\/DocMDP"/g)).toBe(1);
      expect(count(json, /"\/TransformMethod": "\/FieldMDP"/g)).toBe(roles.length);
      expect(count(json, /"\/Type": "\/SigFieldLock"/g)).toBe(roles.length);
      expect(count(json, /"\/Perms"/g)).toBe(1);
      expect(count(json, /"\/DSS": "/g)).toBe(1);
      expect(count(json, /"\/SubFilter": "\/ETSI.RFC3161"/g)).toBe(1);
    }
  });
});

describe('openssl', () => {
  it('verifies the archive timestamp over all bytes before and behind it', () => {
    for (const { bytes, archive } of files) {
      const token = scratch(archive.contents.subarray(0, cmsLength(archive.contents)));
      const digest = toHex(sha256(bytes.subarray(0, archive.contentsStart), bytes.subarray(archive.contentsEnd)));
      const { text, status } = run('openssl', ['ts', '-verify', '-digest', digest, '-in', token, '-token_in', '-CAfile', signed.rootPath]);
      expect(text).toContain('Verification: OK');
      expect(status).toBe(0);
      const other = run('openssl', [
        'ts',
        '-verify',
        '-digest',
        `00${digest.slice(2)}`,
        '-in',
        token,
        '-token_in',
        '-CAfile',
        signed.rootPath,
      ]);
      expect(other.status).not.toBe(0);
    }
  });

  it('verifies every OCSP answer, and finds in each that the certificate is good', () => {
    for (const file of files) {
      const untrusted = pem('CERTIFICATE', file.store.certificates);
      const answers = file.store.ocsps.map((answer) => {
        const args = ['ocsp', '-respin', scratch(answer), '-resp_text', '-CAfile', signed.rootPath, '-verify_other', untrusted];
        return run('openssl', [...args, ...timeOf(file)]);
      });
      expect(answers).toHaveLength(file.roles.length);
      for (const { text, status } of answers) {
        expect(text).toContain('Response verify OK');
        expect(text).toContain('Cert Status: good');
        expect(status).toBe(0);
      }
    }
  });

  it('accepts every signatory’s chain with the lists of the file, revocation checked all the way', () => {
    for (const file of files) {
      const crls = pem('X509 CRL', file.store.crls);
      const untrusted = pem(
        'CERTIFICATE',
        file.store.certificates.filter((der) => parseCertificate(der).isCa),
      );
      const { signatures } = reproduce(signed.template, file.bytes);
      for (const { contents } of signatures) {
        const { signer } = parseCms(contents.subarray(0, cmsLength(contents)));
        const leaf = pem('CERTIFICATE', [signer.der]);
        const args = [
          'verify',
          '-crl_check_all',
          '-CAfile',
          signed.rootPath,
          '-untrusted',
          untrusted,
          '-CRLfile',
          crls,
          ...timeOf(file),
          leaf,
        ];
        expect(outputOf('openssl', args)).toContain('OK');
      }
    }
  });
});
