/** Asks about revocation where a certificate itself says its issuer publishes, of hosts that the administrator has named and of no other. */
import { AppError } from '../errors.ts';
import { parseCertificate } from '../pki/certificate.ts';
import { isAbout, parseOcspResponse, verifyOcspResponse } from '../pki/ocsp.ts';
import { buildOcspRequest } from '../pki/ocsp-request.ts';
import { publicationOf } from '../pki/publication.ts';
import type { RevocationSource } from '../ports.ts';
import { type CrlSurroundings, listFetcher, readAnswer, unavailable } from './crl-client.ts';

const TIMEOUT_MS = 10_000;

/**
 * A certificate comes from whoever sends a signature: without the list of hosts it could make this machine ask anything of anybody.
 * @param hosts names, with a port where it is not the usual one, such as `ocsp.ca.example` or `crl.ca.example:8080`
 */
export function publishedRevocation(hosts: readonly string[], around: CrlSurroundings): RevocationSource {
  const allowed: ReadonlySet<string> = new Set(hosts);
  const listAt = listFetcher(around);
  const reachable = (addresses: readonly string[]): readonly string[] =>
    addresses.filter((address) => URL.canParse(address) && allowed.has(new URL(address).host));
  return {
    crls: async (about) => {
      const urls = new Set(about.flatMap(({ certificate }) => reachable(publicationOf(parseCertificate(certificate)).crls).slice(0, 1)));
      return Promise.all([...urls].map(listAt));
    },
    ocsp: async (certificate, issuer) => {
      const [subject, by] = [parseCertificate(certificate), parseCertificate(issuer)];
      const [url] = reachable(publicationOf(subject).ocsps);
      if (url === undefined) return null;
      try {
        const answer = await ask(url, buildOcspRequest(subject, by, null), around.fetch);
        const parsed = parseOcspResponse(answer);
        if (!isAbout(parsed, subject, by) || !verifyOcspResponse(parsed, by).ok)
          throw new AppError('REVOCATION_UNAVAILABLE', { reason: '吊销查询的回答不可信' });
        return answer;
      } catch (error) {
        return unavailable(error);
      }
    },
  };
}

async function ask(url: string, request: Uint8Array<ArrayBuffer>, send: typeof fetch): Promise<Uint8Array> {
  const response = await send(url, {
    method: 'POST',
    headers: { 'Content-Type': 'application/ocsp-request', Accept: 'application/ocsp-response' },
    body: request,
    redirect: 'error',
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  if (!response.ok) throw new AppError('REVOCATION_UNAVAILABLE', { reason: `吊销查询没有回答（${response.status}）` });
  return readAnswer(response);
}
