/** Mail addresses of signatories, one for each school and signatory. */
import type { ContactStore } from '../workflow/stores/contact.ts';
import type { Db } from './database.ts';

const PER_INSERT = 500;

export const contactStore = (db: Db): ContactStore => ({
  async put(tenant, contacts, at) {
    const rows = contacts.map(({ signatoryKey, email }) => ({ tenant, signatory_key: signatoryKey, email, stored_at: at }));
    for (let start = 0; start < rows.length; start += PER_INSERT) {
      await db
        .insertInto('contact')
        .values(rows.slice(start, start + PER_INSERT))
        .onConflict((conflict) =>
          conflict
            .columns(['tenant', 'signatory_key'])
            .doUpdateSet((column) => ({ email: column.ref('excluded.email'), stored_at: column.ref('excluded.stored_at') })),
        )
        .execute();
    }
  },
  async find(tenant, signatoryKey) {
    const row = await db
      .selectFrom('contact')
      .select('email')
      .where('tenant', '=', tenant)
      .where('signatory_key', '=', signatoryKey)
      .executeTakeFirst();
    return row?.email;
  },
});
