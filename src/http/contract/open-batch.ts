/** What opens a batch over the API; the form of the roster page is read into the same. */
import { z } from 'zod';
import { DEFAULT_ORDER, PARTY_ROLES, type SigningOrder } from '../../agreement/parties.ts';

/** Longest name of a batch, in characters. */
export const NAME_MAX = 60;

export const OpenBatchRequest = z.strictObject({
  rosterId: z
    .string()
    .max(64)
    .regex(/^[A-Za-z0-9_-]+$/),
  name: z.string().trim().min(1).max(NAME_MAX),
  annex: z
    .strictObject({ title: z.string().trim().min(1).max(60), clauses: z.array(z.string().trim().min(1).max(1000)).min(1).max(50) })
    .nullable(),
  /** Tiers of the roster's issues that a person has looked at; every tier that has issues must be here. */
  acknowledged: z
    .array(z.enum(['error', 'confirm']))
    .max(2)
    .default([]),
  /** Groups in order, roles of one group in any order; student, guardian, unit, school when left out. */
  order: z
    .array(z.array(z.enum(PARTY_ROLES)).min(1).max(4))
    .min(1)
    .max(4)
    .exactOptional(),
  /** Whether everybody signs a 知情同意书 with the agreement. */
  consent: z.boolean().exactOptional(),
  /** Which form of it, by the name of its pack; the usual one when left out. */
  consentPack: z
    .string()
    .max(40)
    .regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/)
    .exactOptional(),
});
export type OpenBatchRequest = z.infer<typeof OpenBatchRequest>;

/** The orders that the roster page offers; over the API any may be asked for. */
export const OFFERED_ORDERS = {
  default: DEFAULT_ORDER,
  'school-first': [['student'], ['guardian'], ['school'], ['unit']],
  'organisations-together': [['student'], ['guardian'], ['unit', 'school']],
  'all-together': [['student', 'guardian', 'unit', 'school']],
} as const satisfies Readonly<Record<string, SigningOrder>>;
