/** A template authority for trying out: a fresh key and a certificate signed by itself, named so that nobody takes it for a real one. */
import { AppError } from '../errors.ts';
import { toInstant, wholeSeconds } from '../instant.ts';
import { issueCertificate, trialAuthorityName } from '../pki/issue.ts';
import { derName } from '../pki/names.ts';
import { makeKeyPair } from '../pki/sign.ts';
import type { Clock, Random } from '../ports.ts';

const YEARS_MS = 3 * 365 * 86_400_000;
const BACKDATE_MS = 300_000;

export interface TrialAuthority {
  /** PKCS#8, not encrypted. */
  readonly keyPem: string;
  /** DER. */
  readonly certificate: Uint8Array;
}

/** @throws AppError COMMAND_MALFORMED for a name that cannot stand in a certificate */
export function makeTrialAuthority({ clock, random }: { readonly clock: Clock; readonly random: Random }, name: string): TrialAuthority {
  const key = makeKeyPair('p256');
  const subject = trialAuthorityName(name);
  const now = clock.now();
  try {
    const certificate = issueCertificate(
      {
        profile: { kind: 'template-authority' },
        serial: random.bytes(16),
        subject,
        spki: key.spki,
        notBefore: wholeSeconds(toInstant(now - BACKDATE_MS)),
        notAfter: wholeSeconds(toInstant(now + YEARS_MS)),
      },
      { subjectDer: derName(subject), spki: key.spki, kind: key.kind, sign: key.sign },
    );
    return { keyPem: key.toPem(), certificate };
  } catch (error) {
    if (error instanceof RangeError) throw new AppError('COMMAND_MALFORMED', { what: '--name 太长或含有不能写入证书的字符' });
    throw error;
  }
}
