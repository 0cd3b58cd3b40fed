/** The demo school: a batch from the demo roster, generated and invited, so that a newcomer can sign within minutes. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Annex } from './agreement/annex.ts';
import { parseAnnexText } from './agreement/annex-text.ts';
import type { PartyRole } from './agreement/parties.ts';
import { workOnce } from './workflow/generate-batch.ts';
import { importRoster } from './workflow/import-roster.ts';
import { type Invitation, invite } from './workflow/invite.ts';
import { openBatch } from './workflow/open-batch.ts';
import { dataOf } from './workflow/stored-data.ts';
import type { Tenant } from './workflow/stores.ts';
import type { Ports } from './workflow/workflow.ts';

export const DEMO_SCHOOL: Tenant = { id: 'demo', name: '示例职业技术学校', creditCode: null };

/** Files of the demo. @param root folder of this package */
const demoFile = async (root: string, name: string): Promise<Uint8Array> =>
  new Uint8Array(await readFile(join(root, 'templates', 'sample', name)));

export async function demoAnnex(root: string): Promise<Annex> {
  const read = parseAnnexText(await demoFile(root, 'demo-annex.txt'));
  if (!read.ok) throw new Error('demo-annex.txt is no annex');
  return read.annex;
}

/** One way in for a visitor, with the answers to the identity question. Everybody in it is made up. */
export interface DemoVisit {
  readonly role: PartyRole;
  readonly path: string;
  readonly name: string;
  /** What to type, in plain Chinese. */
  readonly answer: string;
}

/** Makes the batch and answers the links of one adult student, of that student's unit, and of the school. */
export async function makeDemoBatch(ports: Ports, root: string): Promise<readonly DemoVisit[]> {
  const bytes = await demoFile(root, 'demo-roster.xlsx');
  const { rosterId } = await importRoster(ports, DEMO_SCHOOL, { name: 'demo-roster.xlsx', bytes });
  const { batchId } = await openBatch(ports, DEMO_SCHOOL, {
    rosterId,
    name: '示例批次',
    annex: await demoAnnex(root),
    acknowledged: ['error', 'confirm'],
  });
  while (await workOnce(ports));
  const invitations = await invite(ports, DEMO_SCHOOL, batchId);
  const agreements = await ports.agreements.listOfBatch(batchId);
  const adult = agreements.find((agreement) => agreement.state === 'signing' && agreement.parties.length === 3);
  if (adult === undefined) throw new Error('the demo roster has no adult student');
  const { fields } = dataOf(adult, ports.templates);
  const value = (key: string): string => fields[key] ?? '';
  const visit = (role: PartyRole, name: string, answer: string, isIt: (one: Invitation) => boolean): readonly DemoVisit[] => {
    const found = invitations.find((one) => one.role === role && isIt(one));
    return found === undefined ? [] : [{ role, path: found.path, name, answer }];
  };
  const phone = (key: string): string => value(key).replace(/\D/g, '').slice(-4);
  const code = (key: string, number: string): string => `统一社会信用代码 ${value(key)}，联系电话后四位 ${phone(number)}`;
  return [
    ...visit(
      'student',
      value('studentName'),
      `身份证号后六位 ${value('studentIdNumber').slice(-6)}`,
      (one) => one.agreementNumber === adult.number,
    ),
    ...visit('unit', value('unitName'), code('unitCreditCode', 'unitPhone'), (one) => one.recipient === value('unitName')),
    ...visit('school', value('schoolName'), code('schoolCreditCode', 'schoolPhone'), () => true),
  ];
}
