/** A seal is set only upon a file that all have signed, and renewed only upon one that is sealed. */
import { expect, test } from 'vitest';
import { VALUES } from '../agreement/sample-values.ts';
import { renew, seal } from '../verify/sealed-agreement.ts';
import { AT, makeData, signAll, signedAdult } from '../verify/signed-agreement.ts';

test('a file that not all have signed is not sealed, and the missing are named', async () => {
  const file = await signAll(makeData(VALUES), { roles: ['student'] });
  expect(await seal(file).catch((error: unknown) => error)).toMatchObject({
    code: 'AGREEMENT_NOT_COMPLETE',
    zh: expect.stringContaining('甲方'),
  });
});

test('a file without a seal is not renewed', async () => {
  const file = await signedAdult();
  expect(await renew(file, AT).catch((error: unknown) => error)).toMatchObject({ code: 'AGREEMENT_NOT_SEALED' });
});
