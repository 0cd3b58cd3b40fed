/** From a roster and an annex to the data of agreements, without a database: what the command line generates from. */
import type { AgreementData } from '../agreement/agreement-data.ts';
import type { AgreementFields } from '../agreement/agreement-fields.ts';
import { agreementNumberFrom } from '../agreement/agreement-number.ts';
import { hasErrors, type Issue } from '../agreement/issues.ts';
import { type RosterResult, readRoster } from '../agreement/roster.ts';
import { fromUtf8 } from '../bytes.ts';
import { toCanonicalJson } from '../canonical-json.ts';
import { sha256 } from '../digest.ts';
import type { LockedTemplate } from '../template/locked-template.ts';
import { acceptAnnexText } from './accept-annex.ts';
import type { RosterReader } from './import-roster.ts';

export interface PlannedAgreement {
  /** Row of the roster's sheet, counted from 1. */
  readonly row: number;
  readonly data: AgreementData;
}

export interface AgreementPlan {
  readonly roster: RosterResult;
  /** Made anew each time they are gone through: ten thousand at once would be held for nothing. */
  readonly agreements: Iterable<PlannedAgreement>;
  /** Rows that cannot become agreements until their issues are mended. */
  readonly refusedRows: readonly { readonly row: number; readonly issues: readonly Issue[] }[];
}

/**
 * Plans one agreement per usable row; none while the roster as a whole has an error, such as a column that carries body text. Numbers are digests of the roster file and the row, so the same input always gives the same agreements.
 * @param verifyOrigin where the code on the last page leads; without it there is none
 * @throws AppError ROSTER_… for an unreadable file, ANNEX_OVERRIDES_BODY, ANNEX_REFUSED
 */
export async function planAgreements(
  ports: { readonly spreadsheets: RosterReader },
  template: LockedTemplate,
  rosterFile: Uint8Array,
  annexFile: Uint8Array | null,
  verifyOrigin?: string,
): Promise<AgreementPlan> {
  const annex = annexFile === null ? null : acceptAnnexText(annexFile);
  const { sheets } = await ports.spreadsheets(rosterFile);
  const roster = readRoster(sheets, template.fields);
  const source = sha256(sha256(rosterFile), sha256(annexFile ?? new Uint8Array()), fromUtf8(template.prefixSha256));
  const usable = !hasErrors(roster.issues);
  const planned = ({ row, fields }: { readonly row: number; readonly fields: AgreementFields }): PlannedAgreement => {
    const unnumbered = {
      schema: 'sanfang.agreement/1',
      stamping: 1,
      template: { pack: template.pack, version: template.version, prefixSha256: template.prefixSha256 },
      fields,
      annex,
      ...(verifyOrigin === undefined ? {} : { verifyOrigin }),
    } as const;
    const agreementNumber = agreementNumberFrom(sha256(source, fromUtf8(`\n${row}\n${toCanonicalJson(fields)}`)));
    return { row, data: { ...unnumbered, agreementNumber } };
  };
  const agreements: Iterable<PlannedAgreement> = {
    *[Symbol.iterator]() {
      if (!usable) return;
      for (const { row, fields } of roster.rows) if (fields !== undefined) yield planned({ row, fields });
    },
  };
  const refusedRows = roster.rows.flatMap(({ row, fields, issues }) => (fields === undefined ? [{ row, issues }] : []));
  return { roster, agreements, refusedRows };
}
