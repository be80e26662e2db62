import type { Ground } from './ground.ts'
import type { Surroundings } from './surroundings.ts'

/**
 * Seals the grant behind a token for a service that takes such: sealed anew each time, so that two
 * services cannot tell that their tokens come from one sign-in. Undefined for all other audiences.
 */
export function grantSealer(
  { current }: Pick<Surroundings, 'current'>,
  { ring }: Pick<Ground['keys'], 'ring'>,
) {
  return (audience: unknown, grantId: string): string | undefined => {
    const services = Object.values(current().settings.services)
    return services.some(({ bearer }) => bearer !== undefined && bearer.audience === audience)
      ? ring.seal('bearer-grant', Buffer.from(grantId))
      : undefined
  }
}
