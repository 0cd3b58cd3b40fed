/** Which certificates an agreement's signatures and timestamps rest upon, and at which time each has to have been good. */
import { PARTY_ZH } from '../agreement/parties.ts';
import { AppError } from '../errors.ts';
import type { Instant } from '../instant.ts';
import type { Certificate } from '../pki/certificate.ts';
import { verifyChain } from '../pki/chain.ts';
import { cmsLength, parseCms } from '../pki/cms-parse.ts';
import { PkiError } from '../pki/failure.ts';
import { failureWords } from '../pki/failure-words.ts';
import { parseTimestampToken, verifyTimestampToken } from '../pki/timestamp.ts';
import type { ReproducedArchive, ReproducedSignature } from '../template/reproduce.ts';

export interface SignedChain {
  /** Whose signature it is, in Chinese. */
  readonly party: string;
  /** Leaf first, anchor last. */
  readonly path: readonly Certificate[];
  readonly at: Instant;
  readonly purpose: 'signatory' | 'timestamp' | 'archive';
}

const refused = (party: string, code: string): AppError =>
  new AppError('REVOCATION_UNAVAILABLE', { reason: `${party}：${failureWords(code)}` });

/** The chains of a signature and of its timestamp. @throws AppError REVOCATION_UNAVAILABLE where there is none to the anchors */
export function chainsOfSignature({ contents, inputs }: ReproducedSignature, anchors: readonly Certificate[]): readonly SignedChain[] {
  const party = PARTY_ZH[inputs.role];
  return reading(party, () => {
    const cms = parseCms(contents.subarray(0, cmsLength(contents)));
    const stamp = cms.timestampToken === null ? null : verifyTimestampToken(cms.timestampToken, cms.signatureValue, anchors);
    if (stamp === null || !stamp.ok) throw refused(party, stamp?.code ?? 'TIMESTAMP_MISSING');
    const at = stamp.genTime;
    const chain = verifyChain(cms.signer, cms.certificates, anchors, at, 'signatory');
    if (!chain.ok) throw refused(party, chain.code);
    return [
      { party, path: chain.path, at, purpose: 'signatory' },
      { party, path: stamp.path, at, purpose: 'timestamp' },
    ];
  });
}

/** The chain of an archive timestamp. @throws AppError REVOCATION_UNAVAILABLE where there is none to the anchors */
export function chainOfArchive({ contents }: ReproducedArchive, anchors: readonly Certificate[]): SignedChain {
  const party = '存档时间戳';
  return reading(party, () => {
    const { signedData, info } = parseTimestampToken(contents.subarray(0, cmsLength(contents)));
    const chain = verifyChain(signedData.signer, signedData.certificates, anchors, info.genTime, 'timestamp');
    if (!chain.ok) throw refused(party, chain.code);
    return { party, path: chain.path, at: info.genTime, purpose: 'archive' };
  });
}

function reading<T>(party: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof PkiError) throw refused(party, error.code);
    throw error;
  }
}
