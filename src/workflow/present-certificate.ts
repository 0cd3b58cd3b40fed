/** A certificate that a signatory brings: its chain, use, validity, holder and revocation are judged before anything is prepared for it. */

import { expectedHolder, signatoryOf } from '../agreement/signatories.ts';
import { toLatin1 } from '../bytes.ts';
import { sha256Hex } from '../digest.ts';
import { AppError } from '../errors.ts';
import { beijingText } from '../instant.ts';
import { parseAnchors } from '../pki/anchors.ts';
import { type Certificate, parseCertificate } from '../pki/certificate.ts';
import { verifyChain } from '../pki/chain.ts';
import { parseCrl } from '../pki/crl.ts';
import { PkiError } from '../pki/failure.ts';
import { failureWords } from '../pki/failure-words.ts';
import { hasPlatformProfile, judgeHolder } from '../pki/holder.ts';
import { parseOcspResponse } from '../pki/ocsp.ts';
import { judgeRevocation, type RevocationEvidence } from '../pki/revocation.ts';
import { verifySignature } from '../pki/verify-signature.ts';
import { authorizeSignatory, listCeremonyAgreements } from './authorize.ts';
import { possessionBytesOf } from './possession.ts';
import { makeId } from './secrets.ts';
import { toFileSignature } from './signature-value.ts';
import { dataOf } from './stored-data.ts';
import type { KeyPlace } from './stores/signing.ts';
import type { Ceremony, OpenAgreement } from './stores.ts';
import type { Ports } from './workflow.ts';

type JudgingPorts = Pick<Ports, 'clock' | 'revocation' | 'templates' | 'trustAnchors'>;

/**
 * The certificates of a signatory's own file, opened in the page: the one whose key signed the possession text counts, the others help
 * to reach a root of this installation.
 * @throws AppError as `authorizeSignatory`, `acceptCertificate`; AGREEMENT_NOT_READY, CERTIFICATE_KEY_NOT_HELD
 */
export async function presentCertificate(
  ports: JudgingPorts & Pick<Ports, 'agreements' | 'ceremonies' | 'random' | 'sessions' | 'signings'>,
  token: string,
  session: string | undefined,
  offer: { readonly certificates: readonly Uint8Array[]; readonly proofOfPossession: Uint8Array },
): Promise<{ readonly certificateId: string }> {
  const ceremony = await authorizeSignatory(ports, token, session);
  const [agreement] = await listCeremonyAgreements(ports, ceremony);
  if (agreement === undefined) throw new AppError('AGREEMENT_NOT_READY');
  const text = possessionBytesOf(ceremony);
  const offered = parseOffered(offer.certificates);
  const leaf = offered.find(({ isCa, spki, key }) => !isCa && isSignedBy(spki, key.kind, text, offer.proofOfPossession));
  if (leaf === undefined) throw new AppError('CERTIFICATE_KEY_NOT_HELD');
  const chain = await acceptCertificate(ports, leaf, offered, agreement, ceremony);
  return { certificateId: await saveCertificate(ports, ceremony, chain, 'file') };
}

function isSignedBy(spki: Uint8Array, kind: Certificate['key']['kind'], text: Uint8Array, value: Uint8Array): boolean {
  try {
    return verifySignature(spki, 'sha256', text, toFileSignature(value, kind));
  } catch (error) {
    if (error instanceof AppError) return false; // a value of another kind of key
    throw error;
  }
}

/** @throws AppError CERTIFICATE_UNREADABLE (`reason`) */
export function parseOffered(ders: readonly Uint8Array[]): readonly Certificate[] {
  try {
    const seen = new Map(ders.map((der) => [toLatin1(der), der]));
    return [...seen.values()].map(parseCertificate);
  } catch (error) {
    if (error instanceof PkiError) throw new AppError('CERTIFICATE_UNREADABLE', { reason: failureWords(error.code) });
    throw error;
  }
}

/**
 * Judges a certificate for the party of an agreement.
 * @param offered further certificates, in any order
 * @returns the chain as it goes into the file: leaf first, without the root; DER
 * @throws AppError CERTIFICATE_OF_PLATFORM, CERTIFICATE_NOT_TRUSTED, CERTIFICATE_OUT_OF_DATE, CERTIFICATE_NOT_FOR_SIGNING,
 *   CERTIFICATE_OF_ANOTHER, CERTIFICATE_IS_REVOKED, REVOCATION_NOT_KNOWN
 * @source 电子签名法第十三条第一款（一）、第二十一条
 */
export async function acceptCertificate(
  ports: JudgingPorts,
  leaf: Certificate,
  offered: readonly Certificate[],
  agreement: OpenAgreement,
  { role }: Pick<Ceremony, 'role'>,
): Promise<readonly Uint8Array[]> {
  if (hasPlatformProfile(leaf)) throw new AppError('CERTIFICATE_OF_PLATFORM');
  const chain = await judgeChain(ports, leaf, offered);
  const { fields } = dataOf(agreement, ports.templates);
  if (judgeHolder(leaf, expectedHolder(fields, role)) === 'other') {
    const signatory = signatoryOf(fields, role);
    throw new AppError('CERTIFICATE_OF_ANOTHER', {
      holder: leaf.subject.organisation ?? leaf.subject.commonName ?? '—',
      expected: 'organisation' in signatory ? signatory.organisation : signatory.name,
    });
  }
  return chain;
}

/** All but whose it is. @throws AppError as `acceptCertificate` */
export async function judgeChain(
  { clock, revocation, trustAnchors }: Pick<Ports, 'clock' | 'revocation' | 'trustAnchors'>,
  leaf: Certificate,
  offered: readonly Certificate[],
): Promise<readonly Uint8Array[]> {
  const now = clock.now();
  const others = offered.filter((one) => one.isCa && one.sha256 !== leaf.sha256);
  const chain = verifyChain(leaf, others, parseAnchors(trustAnchors).ordinary, now, 'signatory');
  if (!chain.ok) throw refusalOf(chain.code, chain.certificate);
  const links = chain.path.slice(0, -1).map((certificate, i) => ({ certificate, issuer: chain.path[i + 1] ?? certificate }));
  const evidence = await evidenceAbout(revocation, links);
  for (const { certificate, issuer } of links) {
    const { status } = judgeRevocation(certificate, issuer, evidence, { at: now, seenAt: now, after: 'neverAgain' });
    if (typeof status !== 'string') throw new AppError('CERTIFICATE_IS_REVOKED', { at: beijingText(status.at) });
  }
  return chain.path.slice(0, Math.max(1, chain.path.length - 1)).map(({ der }) => der);
}

interface Link {
  readonly certificate: Certificate;
  readonly issuer: Certificate;
}

/** Lists, and an answer about the signatory's own certificate. @throws AppError REVOCATION_NOT_KNOWN */
async function evidenceAbout(revocation: Ports['revocation'], links: readonly Link[]): Promise<RevocationEvidence> {
  try {
    const ders = links.map(({ certificate, issuer }) => ({ certificate: certificate.der, issuer: issuer.der }));
    const [leaf] = ders;
    const [crls, answer] = await Promise.all([
      revocation.crls(ders),
      leaf === undefined ? null : revocation.ocsp(leaf.certificate, leaf.issuer),
    ]);
    return { crls: crls.map(parseCrl), ocsps: answer === null ? [] : [parseOcspResponse(answer)] };
  } catch (error) {
    if (error instanceof AppError || error instanceof PkiError) throw new AppError('REVOCATION_NOT_KNOWN');
    throw error;
  }
}

function refusalOf(code: PkiError['code'], certificate: Certificate): AppError {
  switch (code) {
    case 'CERTIFICATE_EXPIRED':
    case 'CERTIFICATE_NOT_YET_VALID':
      return new AppError('CERTIFICATE_OUT_OF_DATE', { from: beijingText(certificate.notBefore), to: beijingText(certificate.notAfter) });
    case 'CERTIFICATE_UNTRUSTED':
    case 'CERTIFICATE_SIGNATURE_WRONG':
      return new AppError('CERTIFICATE_NOT_TRUSTED', { issuer: certificate.issuer.organisation ?? certificate.issuer.commonName ?? '—' });
    default:
      return new AppError('CERTIFICATE_NOT_FOR_SIGNING', { reason: failureWords(code) });
  }
}

/** Keeps an accepted chain for the preparations of a ceremony. @returns its id */
export async function saveCertificate(
  ports: Pick<Ports, 'clock' | 'random' | 'signings'>,
  ceremony: Ceremony,
  chain: readonly Uint8Array[],
  keyPlace: KeyPlace,
): Promise<string> {
  const id = makeId(ports.random);
  const at = ports.clock.now();
  const [leaf] = chain;
  if (leaf === undefined) throw new Error('empty chain');
  const detail = { role: ceremony.role, certificateSha256: sha256Hex(leaf), keyPlace };
  await ports.signings.saveCertificate(
    { id, ceremony: ceremony.id, keyPlace, chain, issuedAt: at },
    { tenant: ceremony.tenant, at, kind: 'CERTIFICATE_PRESENTED', subject: ceremony.id, detail },
  );
  return id;
}
