import { SignInFault } from '../../kernel/sign-in-fault.ts'
import type { Recheck } from '../recheck.ts'
import { stateAttributes, unfitAccount } from './account-state.ts'
import { findSubject } from './find-person.ts'
import type { Ask } from './groups.ts'
import { explained, identityOf, type Parts } from './parts.ts'
import type { ServiceLink } from './service-link.ts'

/**
 * Looks people up by their subject, with the service account and without their password; undefined
 * where the settings don't want it.
 */
export function recheckBySearch(parts: Parts, service: ServiceLink): Recheck | undefined {
  const { settings, clock } = parts
  if (!settings.recheck) return undefined
  return {
    settings: settings.recheck,
    check: (identity, { signal }) =>
      explained(async () => {
        const ask: Ask = (search) =>
          service.use(signal, (session) => session.search(search, signal))
        const { subject, username } = identity
        const entry = await findSubject(ask, settings, { subject, more: stateAttributes })
        if (!entry) throw new SignInFault('sign-in-withdrawn', 'the directory has nobody of it')
        const unfit = unfitAccount(entry, clock.now())
        if (unfit) throw new SignInFault(unfit.code, unfit.detail)
        const now = await identityOf(parts, { entry, name: username }, ask)
        const { displayName, attributes, groups } = now.identity
        return { ...identity, username: now.identity.username, displayName, attributes, groups }
      }),
  }
}
