import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openDevAuthority } from '../../src/adapters/dev-authority.ts';
import { toRfc3339 } from '../../src/instant.ts';
import { parseCertificate } from '../../src/pki/certificate.ts';
import { parseCrl, verifyCrl } from '../../src/pki/crl.ts';
import { isAbout, parseOcspResponse, verifyOcspResponse } from '../../src/pki/ocsp.ts';
import { certificatesIn } from '../../src/pki/pem.ts';
import type { Clock } from '../../src/ports.ts';
import { AT, later, seededRandom } from '../pki/support.ts';
import { makeMemoryAuthority } from './memory-authority.ts';

const clock: Clock = { now: () => AT };
const folder = (): Promise<string> => mkdtemp(join(tmpdir(), 'sanfang-ca-'));

describe('the development authority on revocation', () => {
  it('publishes a list of the root and one of the issuing CA, and answers about its own certificates', async () => {
    const directory = await folder();
    const authority = await openDevAuthority(directory, { clock, random: seededRandom('lists') });
    const [root, issuing, tsa] = certificatesIn(new Uint8Array(await readFile(join(directory, 'authority.pem')))).map(parseCertificate);
    if (root === undefined || issuing === undefined || tsa === undefined) throw new Error('no certificates');
    const lists = (await authority.crls([])).map(parseCrl);
    expect(lists.map((list, i) => verifyCrl(list, [root, issuing][i] ?? root).ok)).toEqual([true, true]);

    const answer = async () => parseOcspResponse((await authority.ocsp(tsa.der, root.der)) ?? new Uint8Array());
    expect(verifyOcspResponse(await answer(), root).ok).toBe(true);
    expect(isAbout(await answer(), tsa, root)).toBe(true);
    expect((await answer()).status).toBe('good');

    const lines = [
      `${tsa.serialHex} ${toRfc3339(AT)} keyCompromise`,
      `0badc0de ${toRfc3339(later(-5_000))} superseded`,
      `0badc0de ${toRfc3339(AT)} keyCompromise`,
    ];
    await writeFile(join(directory, 'revoked.txt'), `${lines.join('\n')}\n`);
    const [rootList, issuingList] = (await authority.crls([])).map(parseCrl);
    expect(rootList?.revoked).toEqual(new Map([[tsa.serialHex, { at: AT, reason: 1 }]]));
    expect(issuingList?.revoked).toEqual(new Map([['0badc0de', { at: later(-5_000), reason: 4 }]]));
    expect((await answer()).status).toEqual({ at: AT, reason: 1 });
  });

  it('gives no answer in the name of another authority', async () => {
    const [one, two] = ['one', 'two'].map((seed) => makeMemoryAuthority({ clock, random: seededRandom(seed) }));
    const [root] = (await two?.trustAnchors()) ?? [];
    expect(await one?.ocsp(root ?? new Uint8Array(), root ?? new Uint8Array())).toBeNull();
  });
});
