/** SM2 keys and signatures by openssl, a program that shares no code with ours, and certificates around them at any time. */
import { readFileSync } from 'node:fs';
import { fromUtf8 } from '../../src/bytes.ts';
import {
  constructedContextTag,
  derBitString,
  derInteger,
  derOctetString,
  derOid,
  derSequence,
  derSmallInteger,
  derTrue,
  derUtf8,
  derValue,
  TAG,
} from '../../src/pki/der.ts';
import { printPem } from '../../src/pki/pem.ts';
import { AT, DAY, openssl, scratch } from './support.ts';

export const DEFAULT_ID = 'distid:1234567812345678';
export const SM2_WITH_SM3 = derSequence(derOid('1.2.156.10197.1.501'));

let made = 0;
const save = (name: string, bytes: Uint8Array | string): string => scratch(`sm2-${made++}-${name}`, bytes);

/** Over the message with SM3, DER. */
export function sm2Sign(keyPath: string, message: Uint8Array, identity: string = DEFAULT_ID): Uint8Array {
  const output = save('value', '');
  const input = save('message', message);
  openssl('pkeyutl', '-sign', '-rawin', '-digest', 'sm3', '-pkeyopt', identity, '-inkey', keyPath, '-in', input, '-out', output);
  return new Uint8Array(readFileSync(output));
}

export interface Sm2Key {
  readonly path: string;
  readonly spki: Uint8Array;
  /** 4, x, y. */
  readonly point: Uint8Array;
}

export function makeSm2Key(): Sm2Key {
  const [path, publicPath] = [save('key.pem', ''), save('public.der', '')];
  openssl('genpkey', '-algorithm', 'SM2', '-out', path);
  openssl('pkey', '-in', path, '-pubout', '-outform', 'DER', '-out', publicPath);
  const spki = new Uint8Array(readFileSync(publicPath));
  return { path, spki, point: spki.slice(-65) };
}

export interface Sm2Signer {
  readonly key: Sm2Key;
  readonly name: Uint8Array;
  readonly certificate: Uint8Array;
  /** The certificate as a PEM file. */
  readonly path: string;
  /** Over the message with the default identity, DER. */
  readonly sign: (message: Uint8Array) => Uint8Array;
}

export interface Sm2Certified {
  readonly name: string;
  readonly serialNumber?: string;
  readonly isCa?: boolean;
  /** Null for a root. */
  readonly issuer: Sm2Signer | null;
  readonly key?: Sm2Key;
  readonly notBefore?: number;
  readonly notAfter?: number;
  /** Over the part to be signed; the issuer's where absent. */
  readonly sign?: (tbs: Uint8Array) => Uint8Array;
  readonly algorithm?: Uint8Array;
}

const rdn = (oid: string, text: string): Uint8Array => derValue(TAG.set, derSequence(derOid(oid), derUtf8(text)));
const time = (at: number): Uint8Array => derValue(0x17, fromUtf8(`${new Date(at).toISOString().replace(/\D/g, '').slice(2, 14)}Z`));
const extension = (oid: string, value: Uint8Array): Uint8Array => derSequence(derOid(oid), derTrue(), derOctetString(value));

/** A certificate with key usage, and for an authority the basic constraints, both critical. */
export function certifySm2(plan: Sm2Certified): Sm2Signer {
  const key = plan.key ?? makeSm2Key();
  const number = plan.serialNumber === undefined ? [] : [rdn('2.5.4.5', plan.serialNumber)];
  const name = derSequence(rdn('2.5.4.3', plan.name), ...number);
  const algorithm = plan.algorithm ?? SM2_WITH_SM3;
  const usage = derValue(TAG.bitString, plan.isCa === true ? Uint8Array.of(1, 0x06) : Uint8Array.of(6, 0xc0));
  const constraints = plan.isCa === true ? [extension('2.5.29.19', derSequence(derTrue()))] : [];
  const tbs = derSequence(
    derValue(constructedContextTag(0), derSmallInteger(2)),
    derInteger(Uint8Array.of(1, made >> 8, made & 0xff)),
    algorithm,
    plan.issuer?.name ?? name,
    derSequence(time(plan.notBefore ?? AT - DAY), time(plan.notAfter ?? AT + 300 * DAY)),
    name,
    key.spki,
    derValue(constructedContextTag(3), derSequence(...constraints, extension('2.5.29.15', usage))),
  );
  const by = plan.issuer?.key ?? key;
  const value = plan.sign?.(tbs) ?? sm2Sign(by.path, tbs);
  const certificate = derSequence(tbs, algorithm, derBitString(value));
  return {
    key,
    name,
    certificate,
    path: save('certificate.pem', printPem({ label: 'CERTIFICATE', der: certificate })),
    sign: (message) => sm2Sign(key.path, message),
  };
}
