/** Whose turn it is: groups of roles in order, a group begins when the one before has signed. */
import { PARTY_ZH, type PartyRole, type SigningOrder } from '../agreement/parties.ts';
import { AppError } from '../errors.ts';
import type { OpenAgreement, PartyRecord } from './stores.ts';

export type Turn = { readonly state: 'ready' | 'signed' } | { readonly state: 'waiting'; readonly waitingFor: PartyRole };

/** The roles that may sign now; empty when everybody has. */
export function rolesInTurn(order: SigningOrder, parties: readonly PartyRecord[]): readonly PartyRole[] {
  for (const group of order) {
    const open = parties.filter((party) => party.signedAt === null && group.includes(party.role));
    if (open.length > 0) return open.map((party) => party.role);
  }
  return [];
}

/** @throws Error when the agreement has no such party (a bug: the caller looked it up by its party) */
function turnOf(order: SigningOrder, parties: readonly PartyRecord[], role: PartyRole): Turn {
  const own = parties.find((party) => party.role === role);
  if (own === undefined) throw new Error(`no party ${role}`);
  if (own.signedAt !== null) return { state: 'signed' };
  const inTurn = rolesInTurn(order, parties);
  const [first] = inTurn;
  return first === undefined || inTurn.includes(role) ? { state: 'ready' } : { state: 'waiting', waitingFor: first };
}

/** The turn of a party that may not have signed while signing rests. */
export type Standing = Turn | { readonly state: 'declined' };

export function standingOf(order: SigningOrder, agreement: OpenAgreement, role: PartyRole): Standing {
  const turn = turnOf(order, agreement.parties, role);
  return agreement.state === 'declined' && turn.state !== 'signed' ? { state: 'declined' } : turn;
}

/** @throws AppError SIGNATORY_OUT_OF_TURN (`waitingFor`), SIGNATORY_ALREADY_SIGNED */
export function assertTurn(order: SigningOrder, parties: readonly PartyRecord[], role: PartyRole): void {
  const turn = turnOf(order, parties, role);
  if (turn.state === 'signed') throw new AppError('SIGNATORY_ALREADY_SIGNED');
  if (turn.state === 'waiting') throw new AppError('SIGNATORY_OUT_OF_TURN', { waitingFor: PARTY_ZH[turn.waitingFor] });
}
