/** Judges whether any certificate that the file rests upon was revoked, by what the file itself brings along, and what of that has no business in it. */
import { PARTY_ZH, type PartyRole } from '../agreement/parties.ts';
import { type Instant, toRfc3339 } from '../instant.ts';
import { type Certificate, parseCertificate } from '../pki/certificate.ts';
import { type Crl, parseCrl } from '../pki/crl.ts';
import { PkiError } from '../pki/failure.ts';
import { type OcspResponse, parseOcspResponse } from '../pki/ocsp.ts';
import { judgeRevocation } from '../pki/revocation.ts';
import type { ReproducedValidation } from '../template/reproduce.ts';
import { type Finding, makeFinding } from './findings.ts';

/** A chain that has been judged, and the time at which each certificate in it has to have been good. */
export interface JudgedChain {
  readonly kind: 'signatory' | 'timestamp' | 'archive';
  /** Null for an archive timestamp. */
  readonly party: PartyRole | null;
  readonly revision: number;
  /** Leaf first, anchor last. */
  readonly path: readonly Certificate[];
  readonly at: Instant;
}

export interface JudgedRevocation {
  readonly findings: readonly Finding[];
  /** Whether every certificate of the signatories' and their timestamps' chains is shown to have been good. */
  readonly complete: boolean;
}

interface Validation {
  readonly certificates: readonly Certificate[];
  readonly crls: readonly Crl[];
  readonly ocsps: readonly OcspResponse[];
}

/**
 * @param chains all that the file has; `unrelated` is only told where none is missing
 * @param seenAt when the data is known to have existed: the time of the last archive timestamp, else the time of this check
 */
export function judgeValidation(
  seals: readonly ReproducedValidation[],
  chains: readonly JudgedChain[],
  allChains: 'known' | 'partly',
  seenAt: Instant,
): JudgedRevocation {
  const [first] = seals;
  if (first === undefined) return { findings: [], complete: false };
  const place = { revision: first.revision };
  let data: Validation;
  try {
    data = {
      certificates: seals.flatMap((seal) => seal.certificates.map(parseCertificate)),
      crls: seals.flatMap((seal) => seal.crls.map(parseCrl)),
      ocsps: seals.flatMap((seal) => seal.ocsps.map(parseOcspResponse)),
    };
  } catch (error) {
    if (!(error instanceof PkiError)) throw error;
    return { findings: [makeFinding('DSS_MALFORMED', { reason: error.code }, place)], complete: false };
  }
  const relevant = new Set<Crl | OcspResponse>();
  let complete = allChains === 'known';
  const findings = chains.flatMap((chain) => {
    const judged = judgeChainRevocation(chain, data, seenAt);
    for (const each of judged.relevant) relevant.add(each);
    if (!judged.complete && chain.kind !== 'archive') complete = false;
    return judged.findings;
  });
  if (allChains === 'known')
    findings.push(...unrelatedIn(data, chains, relevant).map((what) => makeFinding('DSS_UNRELATED', { what }, place)));
  return { findings, complete };
}

function judgeChainRevocation(
  { kind, party, revision, path, at }: JudgedChain,
  data: Validation,
  seenAt: Instant,
): JudgedRevocation & { readonly relevant: readonly (Crl | OcspResponse)[] } {
  const place = { revision, ...(party === null ? {} : { party }) };
  const name = party === null ? '存档' : PARTY_ZH[party];
  const relevant: (Crl | OcspResponse)[] = [];
  const after = kind === 'signatory' ? 'validBefore' : 'neverAgain';
  let complete = true;
  for (const [i, certificate] of path.slice(0, -1).entries()) {
    const issuer = path[i + 1];
    if (issuer === undefined) throw new Error('a path without an anchor');
    const judged = judgeRevocation(certificate, issuer, data, { at, seenAt, after });
    relevant.push(...judged.relevant);
    if (typeof judged.status === 'string') {
      if (judged.status === 'unknown') complete = false;
      continue;
    }
    const code = kind === 'signatory' ? 'CERTIFICATE_REVOKED' : 'TIMESTAMP_AUTHORITY_REVOKED';
    return { findings: [makeFinding(code, { party: name, at: toRfc3339(judged.status.at) }, place)], complete: false, relevant };
  }
  // Nothing in the file can yet say what became of the authority of its last timestamp.
  if (complete || kind === 'archive') return { findings: [], complete, relevant };
  return { findings: [makeFinding('REVOCATION_INCOMPLETE', { party: name }, place)], complete, relevant };
}

/** What belongs to no chain, or stands there twice. */
function unrelatedIn(data: Validation, chains: readonly JudgedChain[], relevant: ReadonlySet<Crl | OcspResponse>): string[] {
  const inPaths = new Set(chains.flatMap(({ path }) => path.map(({ sha256 }) => sha256)));
  const names = data.certificates.map(({ sha256 }) => sha256);
  const found: string[] = [];
  if (names.some((name, i) => !inPaths.has(name) || names.indexOf(name) !== i)) found.push('证书');
  if (data.crls.some((crl) => !relevant.has(crl)) || holdsTwice(data.crls)) found.push('吊销列表');
  if (data.ocsps.some((answer) => !relevant.has(answer)) || holdsTwice(data.ocsps)) found.push('吊销查询结果');
  return found;
}

const holdsTwice = (signed: readonly (Crl | OcspResponse)[]): boolean => {
  const said = signed.map(({ tbs }) => tbs.join());
  return new Set(said).size !== said.length;
};
