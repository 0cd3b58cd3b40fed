/** Who issues certificates and timestamps here, and who says what was revoked, as the settings have it. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../errors.ts';
import type { CertificateAuthority, Clock, PlatformSigner, Publisher, Random, RevocationSource, TimestampAuthority } from '../ports.ts';
import { crlClient, joinedRevocation } from './crl-client.ts';
import { openDevAuthority } from './dev-authority.ts';
import { noAuthority, openPlatformSeal, silentRevocation } from './no-authority.ts';
import { openPlatformAuthority } from './platform-authority.ts';
import { publishedRevocation } from './published-revocation.ts';
import { raClient } from './ra-client.ts';
import { type TimestampFailure, timestampFailover } from './timestamp-failover.ts';
import { tsaClient } from './tsa-client.ts';

export interface AuthoritySettings {
  /** `dev`: trying out. `own`: our issuing key. `ra`: a licensed authority over HTTP. `none`: everybody brings a certificate. */
  readonly certificates: 'dev' | 'own' | 'ra' | 'none';
  /** Folder of `certs`. */
  readonly folder: string;
  /** File with the passphrase of keys in `certs/platform`, or null. */
  readonly passphraseFile: string | null;
  readonly policyOid: string | null;
  readonly raUrl: string | null;
  readonly raTokenFile: string | null;
  /** Below which it is published what was revoked, without a slash at the end; null where nothing is. */
  readonly origin: string | null;
  readonly timestampUrls: readonly string[];
  readonly crlUrls: readonly string[];
  readonly revocationHosts: readonly string[];
}

export interface Authorities {
  readonly certificates: CertificateAuthority;
  readonly platform: PlatformSigner;
  readonly publisher: Publisher | null;
  readonly timestamps: TimestampAuthority;
  readonly revocation: RevocationSource;
}

export interface AuthoritySurroundings {
  readonly clock: Clock;
  readonly random: Random;
  readonly fetch: typeof fetch;
  readonly onTimestampFailure: (failure: TimestampFailure) => void;
}

const TIMEOUT_MS = 10_000;

/**
 * @param trustAnchors roots that this installation trusts; DER
 * @throws AppError PRODUCTION_SETTING_MISSING, CA_FILES_REFUSED, DEV_KEYS_IN_PRODUCTION
 */
export async function openAuthorities(
  settings: AuthoritySettings,
  trustAnchors: readonly Uint8Array[],
  around: AuthoritySurroundings,
): Promise<Authorities> {
  const { certificates, folder, origin } = settings;
  const others = [crlClient(settings.crlUrls, around), publishedRevocation(settings.revocationHosts, around)];
  if (certificates === 'dev') {
    const authority = await openDevAuthority(join(folder, 'dev'), around, origin);
    const timestamps = settings.timestampUrls.length === 0 ? authority : failover(settings, trustAnchors, around);
    const revocation = joinedRevocation([authority, ...others]);
    return { certificates: authority, platform: authority, publisher: authority, timestamps, revocation };
  }
  if (settings.timestampUrls.length === 0)
    throw new AppError('PRODUCTION_SETTING_MISSING', { setting: 'SANFANG_TSA', why: '没有时间戳服务的地址，签名时间无法证明' });
  const passphrase = await readSecret(
    settings.passphraseFile,
    'SANFANG_CA_PASSPHRASE_FILE',
    certificates === 'own' ? 'needed' : 'optional',
  );
  const platformFolder = join(folder, 'platform');
  if (certificates === 'own') {
    const own = await openPlatformAuthority(platformFolder, around, { passphrase, origin, policyOid: settings.policyOid });
    const anchors = [...trustAnchors, ...(await own.trustAnchors())];
    const revocation = joinedRevocation([own, ...others]);
    return { certificates: own, platform: own, publisher: own, timestamps: failover(settings, anchors, around), revocation };
  }
  const platform = await openPlatformSeal(platformFolder, passphrase);
  const timestamps = failover(settings, trustAnchors, around);
  const revocation = joinedRevocation([silentRevocation, ...others]);
  if (certificates === 'none') return { certificates: noAuthority, platform, publisher: null, timestamps, revocation };
  if (settings.raUrl === null)
    throw new AppError('PRODUCTION_SETTING_MISSING', { setting: 'SANFANG_RA_URL', why: '没有电子认证机构的接口地址' });
  const token = await readSecret(settings.raTokenFile, 'SANFANG_RA_TOKEN_FILE', 'needed');
  const ra = raClient({ url: settings.raUrl, token, trustAnchors, timeoutMs: TIMEOUT_MS }, around.fetch);
  return { certificates: ra, platform, publisher: null, timestamps, revocation };
}

/** A failure of one authority is told, and the next is asked. */
function failover(
  { timestampUrls }: AuthoritySettings,
  trustAnchors: readonly Uint8Array[],
  around: AuthoritySurroundings,
): TimestampAuthority {
  const authorities = timestampUrls.map((url) => {
    const name = new URL(url).host;
    return { name, authority: tsaClient({ name, url, trustAnchors, timeoutMs: TIMEOUT_MS }, around) };
  });
  return timestampFailover(authorities, around.clock, around.onTimestampFailure);
}

/** First line of a file that only the service reads. */
export async function readSecret(path: string | null, setting: string, need: 'needed' | 'optional'): Promise<string> {
  if (path === null) {
    if (need === 'optional') return '';
    throw new AppError('PRODUCTION_SETTING_MISSING', { setting, why: '没有指出口令文件' });
  }
  try {
    return (await readFile(path, 'utf8')).split(/\r?\n/)[0] ?? '';
  } catch {
    throw new AppError('PRODUCTION_SETTING_MISSING', { setting, why: '口令文件读不出来' });
  }
}
