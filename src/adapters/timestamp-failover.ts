/** Several timestamp authorities behind one port: the next is asked where one fails, and one that failed is left alone for a while. */
import { AppError } from '../errors.ts';
import type { Clock, TimestampAuthority } from '../ports.ts';
import type { RefusalCode } from '../refusals.ts';

export interface NamedAuthority {
  readonly name: string;
  readonly authority: TimestampAuthority;
}

/** That an authority gave no usable timestamp: worth a line in the log, and an alarm where it lies. */
export interface TimestampFailure {
  readonly authority: string;
  readonly code: RefusalCode;
}

/** How long an authority that failed is asked only if all others fail as well. */
const REST_MS = 60_000;

/**
 * @param authorities in the order of preference
 * @throws AppError of the last authority asked, when none gave a timestamp; RangeError without any authority
 */
export function timestampFailover(
  authorities: readonly NamedAuthority[],
  clock: Clock,
  onFailure: (failure: TimestampFailure) => void,
): TimestampAuthority {
  if (authorities.length === 0) throw new RangeError('no timestamp authority');
  const restsUntil = new Map<string, number>();
  return {
    stamp: async (imprintSha256) => {
      const now = clock.now();
      const rests = ({ name }: NamedAuthority): boolean => (restsUntil.get(name) ?? 0) > now;
      const inOrder = [...authorities.filter((each) => !rests(each)), ...authorities.filter(rests)];
      let last = new AppError('TIMESTAMP_UNAVAILABLE');
      for (const { name, authority } of inOrder) {
        try {
          const token = await authority.stamp(imprintSha256);
          restsUntil.delete(name);
          return token;
        } catch (error) {
          if (!(error instanceof AppError)) throw error;
          last = error;
          restsUntil.set(name, now + REST_MS);
          onFailure({ authority: name, code: error.code });
        }
      }
      throw last;
    },
  };
}
