/** A licensed certificate authority behind HTTP: asks its registration service for certificates, and believes nothing that it has not checked. */

import { equalBytes, fromBase64, toBase64 } from '../bytes.ts';
import { AppError } from '../errors.ts';
import { toRfc3339 } from '../instant.ts';
import { parseAnchors } from '../pki/anchors.ts';
import { type Certificate, parseCertificate } from '../pki/certificate.ts';
import { verifyChain } from '../pki/chain.ts';
import { PkiError } from '../pki/failure.ts';
import { failureWords } from '../pki/failure-words.ts';
import { derName } from '../pki/names.ts';
import type { CertificateAuthority, CertificateRequest } from '../ports.ts';
import { readAtMost } from './answer-body.ts';
import { assertKeyIsHeld, subjectOf } from './authority-issuing.ts';

export interface RaEndpoint {
  /** Base address; `/certificates` is below it. No slash at the end. */
  readonly url: string;
  /** Sent as `Authorization: Bearer`. */
  readonly token: string;
  /** Roots that this installation trusts; DER. */
  readonly trustAnchors: readonly Uint8Array[];
  /** Longest wait for the whole answer, in milliseconds. */
  readonly timeoutMs: number;
}

const ANSWER_MAX_BYTES = 1 << 16;
const refuse = (reason: string): AppError => new AppError('CERTIFICATE_REQUEST_REFUSED', { reason });

/**
 * The protocol is described in `certs/README.md`. A chain is taken only for the very key and subject that were asked for, up to a root
 * that this installation trusts.
 */
export function raClient(endpoint: RaEndpoint, send: typeof fetch): CertificateAuthority {
  const anchors = parseAnchors(endpoint.trustAnchors).ordinary;
  return {
    issue: async (request) => {
      assertKeyIsHeld(request);
      const answer = await post(endpoint, send, questionOf(request));
      return judgeChain(request, chainIn(answer), anchors);
    },
    trustAnchors: async () => [],
  };
}

const questionOf = (request: CertificateRequest) => ({
  protocol: 'sanfang.ra/1',
  subject: Object.fromEntries(Object.entries(subjectOf(request)).filter(([, value]) => value !== null)),
  agreementNumber: request.agreementNumber,
  publicKeySpki: toBase64(request.publicKeySpki),
  proofOfPossession: toBase64(request.proofOfPossession),
  proofOfPossessionText: toBase64(request.proofOfPossessionText),
  requestedAt: toRfc3339(request.at),
});

async function post({ url, token, timeoutMs }: RaEndpoint, send: typeof fetch, body: unknown): Promise<unknown> {
  try {
    const response = await send(`${url}/certificates`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${token}` },
      body: JSON.stringify(body),
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs),
    });
    if (response.status >= 500) throw new AppError('CERTIFICATE_AUTHORITY_UNAVAILABLE');
    if (!response.ok) throw refuse(`电子认证机构没有受理（${response.status}）`);
    const answer = await readAtMost(response, ANSWER_MAX_BYTES, () => refuse('电子认证机构的回答过长'));
    return JSON.parse(new TextDecoder().decode(answer));
  } catch (error) {
    if (error instanceof AppError) throw error;
    if (error instanceof SyntaxError) throw refuse('电子认证机构的回答不合约定');
    throw new AppError('CERTIFICATE_AUTHORITY_UNAVAILABLE');
  }
}

/** Leaf first. @throws AppError CERTIFICATE_REQUEST_REFUSED */
function chainIn(answer: unknown): readonly [Certificate, ...Certificate[]] {
  const chain = typeof answer === 'object' && answer !== null && 'chain' in answer ? answer.chain : undefined;
  if (!Array.isArray(chain) || chain.length > 5) throw refuse('电子认证机构没有给出证书链，或证书太多');
  try {
    const [leaf, ...others] = chain.map((each: unknown) => parseCertificate(fromBase64(typeof each === 'string' ? each : '')));
    if (leaf === undefined) throw refuse('电子认证机构没有给出证书');
    return [leaf, ...others];
  } catch (error) {
    if (error instanceof PkiError || error instanceof RangeError) throw refuse('电子认证机构给出的证书读不出来');
    throw error;
  }
}

function judgeChain(
  request: CertificateRequest,
  [leaf, ...others]: readonly [Certificate, ...Certificate[]],
  anchors: readonly Certificate[],
): readonly Uint8Array[] {
  if (!equalBytes(leaf.spki, request.publicKeySpki)) throw refuse('电子认证机构给出的证书属于别的密钥');
  const asked = subjectOf(request);
  if (!equalBytes(derName(asked), derName(leaf.subject))) throw refuse('电子认证机构给出的证书写的是别人');
  const judged = verifyChain(leaf, others, anchors, request.at, 'signatory');
  if (!judged.ok) throw refuse(failureWords(judged.code));
  // What leads nowhere has no business in a signature, and the root is the verifier's own.
  return judged.path.slice(0, -1).map(({ der }) => der);
}
