/** What the workflow asks of the outside world: small interfaces in our own types, one adapter file each. */
import type { PartyRole, Signatory } from './agreement/parties.ts';
import type { Sha256 } from './digest.ts';
import type { Instant } from './instant.ts';

export interface Clock {
  now(): Instant;
}

export interface Random {
  /** Cryptographically secure bytes. */
  bytes(length: number): Uint8Array;
}

/** Content-addressed and write-once. */
export interface BlobStore {
  /** Durable when it returns; storing the same bytes twice is one blob. */
  put(bytes: Uint8Array): Promise<Sha256>;
  /** @throws Error when the blob is missing or its bytes no longer have that digest */
  get(digest: Sha256): Promise<Uint8Array>;
  /** Nothing happens where there is no such blob. Whoever stores the same bytes meanwhile has to store them again afterwards. */
  remove(digest: Sha256): Promise<void>;
}

export interface CertificateRequest {
  readonly signatory: Signatory;
  /** Binds a person's certificate to one agreement; `batch` certificates of organisations name none. */
  readonly agreementNumber: string | null;
  /** Salted digest that ties a natural person to the identity number inside the agreement; null for organisations. */
  readonly identityDigest: Sha256 | null;
  /** SubjectPublicKeyInfo DER of the key whose private half stays with the signatory. */
  readonly publicKeySpki: Uint8Array;
  /** Signature by that key over `proofOfPossessionText`, ECDSA as DER. */
  readonly proofOfPossession: Uint8Array;
  readonly proofOfPossessionText: Uint8Array;
  readonly at: Instant;
}

export interface CertificateAuthority {
  /** Leaf first, then intermediates, without the root; DER. @throws AppError CERTIFICATE_REQUEST_REFUSED */
  issue(request: CertificateRequest): Promise<readonly Uint8Array[]>;
  /** The roots under which `issue` and the timestamp authority work; DER. */
  trustAnchors(): Promise<readonly Uint8Array[]>;
}

/** Both DER. */
export interface CertificateInQuestion {
  readonly certificate: Uint8Array;
  readonly issuer: Uint8Array;
}

/** Where it is asked whether certificates are revoked. Answers are DER, and judged by whoever uses them. */
export interface RevocationSource {
  /** The newest revocation lists that may speak of these certificates; more than is needed does no harm. @throws AppError REVOCATION_UNAVAILABLE */
  crls(about: readonly CertificateInQuestion[]): Promise<readonly Uint8Array[]>;
  /** An OCSP answer about the certificate; null where its issuer gives none. Both DER. @throws AppError REVOCATION_UNAVAILABLE */
  ocsp(certificate: Uint8Array, issuer: Uint8Array): Promise<Uint8Array | null>;
}

/** What an authority of ours hands to anybody who asks, so that strangers can check whether a certificate was revoked. */
export interface Publisher {
  /** `root.cer`, `issuing.cer` (certificates), `root.crl`, `issuing.crl` (revocation lists); DER, undefined where there is no such thing. */
  file(name: string): Promise<Uint8Array | undefined>;
  /** An OCSP answer to an OCSP request, both DER; what cannot be answered is said in the answer. @source RFC 6960 §2.3 */
  answer(request: Uint8Array): Promise<Uint8Array>;
}

export interface TimestampAuthority {
  /** RFC 3161 TimeStampToken (DER) over a SHA-256 imprint. @throws AppError TIMESTAMP_UNAVAILABLE, TIMESTAMP_REFUSED */
  stamp(imprintSha256: Uint8Array): Promise<Uint8Array>;
}

/** Signs what the platform itself vouches for, such as evidence. */
export interface PlatformSigner {
  /** Leaf first, then intermediates, without the root; DER. Its subject's organisational unit says that it is the platform. */
  chain(): Promise<readonly Uint8Array[]>;
  /** SHA-256 signature over the bytes: ECDSA as DER, or RSA PKCS#1 v1.5. */
  sign(bytes: Uint8Array): Promise<Uint8Array>;
}

/** A signer of the installation: a PKCS#11 module, a key service or a device behind a command or an address. */
export interface ConnectedSigner {
  /** Short name of the settings, `[a-z0-9-]`. */
  readonly name: string;
  /** What a person reads. */
  readonly zh: string;
  /** The school that may use it. */
  readonly tenant: string;
  /** Leaf first, DER. */
  readonly chain: readonly Uint8Array[];
}

/**
 * Private keys that the server keeps for an organisation, or reaches. Each rests until an authorised person unlocks it for a limited
 * time; restarting locks all. Whoever uses it logs every use.
 */
export interface KeyKeeper {
  readonly connected: readonly ConnectedSigner[];
  /** Keeps a private key under a passphrase. @param pkcs8 DER, not encrypted; never stored so */
  keep(key: string, pkcs8: Uint8Array, passphrase: string): Promise<void>;
  /** Ends what `keep` began; no error where there is nothing. */
  forget(key: string): Promise<void>;
  /**
   * @param signer `null` for a kept key, else the name of a connected signer, which is given the passphrase as its PIN
   * @param spki SubjectPublicKeyInfo DER that the key must belong to
   * @throws AppError KEY_PASSPHRASE_WRONG, KEY_UNAVAILABLE
   */
  unlock(key: string, signer: string | null, passphrase: string, spki: Uint8Array, until: Instant): Promise<void>;
  lock(key: string): void;
  /** Null while it is locked. */
  unlockedUntil(key: string): Instant | null;
  /**
   * SHA-256 signature over the message: ECDSA as DER, or RSA PKCS#1 v1.5.
   * @throws AppError KEY_LOCKED, KEY_UNAVAILABLE
   */
  sign(key: string, message: Uint8Array): Promise<Uint8Array>;
}

/** Whom a message is for: a telephone number, and a mail address where the school gave one. */
export interface Recipient {
  readonly to: string;
  readonly email?: string;
}

/** A message to a signatory. Never contains names or identity numbers beyond the salutation. */
export interface Messenger {
  /** @returns `unreachable` where nothing is known that this messenger can write to: the school hands the link out itself */
  send(message: Recipient & { readonly role: PartyRole; readonly zh: string; readonly link: string }): Promise<'sent' | 'unreachable'>;
}

/** Sends a code by which somebody proves to hold a telephone or a mailbox. `zh` has the code in it, for gateways that take whole texts. */
export interface CodeSender {
  /** How this recipient gets it, and null where that cannot be. */
  way(recipient: Recipient): 'phone' | 'mail' | null;
  /** @throws AppError CODE_NOT_SENT */
  sendCode(message: Recipient & { readonly zh: string; readonly code: string }): Promise<void>;
}
